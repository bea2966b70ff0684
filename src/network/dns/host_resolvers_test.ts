import assert from "node:assert/strict";
import { HostResolvers } from "./host_resolvers.ts";

Deno.test("the host's servers are read again when the file is another one", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const file = `${folder}/resolv.conf`;
    const hosts = new HostResolvers(file);
    assert.deepEqual(hosts.servers, ["127.0.0.1"]); // no file yet
    Deno.writeTextFileSync(file, "nameserver 192.168.1.1\n");
    assert.deepEqual(hosts.servers, ["192.168.1.1"]);
    Deno.writeTextFileSync(`${folder}/new`, "nameserver 192.168.2.1\n");
    Deno.renameSync(`${folder}/new`, file); // as NetworkManager does it, with the same size
    assert.deepEqual(hosts.servers, ["192.168.2.1"]);
    Deno.mkdirSync(`${folder}/run`);
    Deno.writeTextFileSync(`${folder}/run/stub`, "nameserver 127.0.0.53\noptions edns0\n");
    Deno.removeSync(file);
    Deno.symlinkSync("run/stub", file); // as systemd-resolved has it
    assert.deepEqual(hosts.servers, ["127.0.0.53"]);
    assert.equal(hosts.servers, hosts.servers); // the same one: it is not read each time
    Deno.writeTextFileSync(`${folder}/run/stub`, "");
    assert.deepEqual(hosts.servers, ["127.0.0.1"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
