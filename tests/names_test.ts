/** Names in containers: what they are told of each other, of the world, and what stands in their files of /etc. */
import assert from "node:assert/strict";
import { parseResolvConf } from "../src/base/resolv_conf.ts";
import { type Dnsmasq, startDnsmasq } from "../src/network/dns/testing/dnsmasq.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, runOk } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const openNamesHost = () => openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "" } });

/** Starts a container that does nothing; gives its ID. */
function start(host: Host, name: string, ...flags: string[]): Promise<string> {
  return host.ok(["run", "-d", "--name", name, ...flags, "busybox", "sleep", "1000"]);
}

/** What busybox's nslookup finds in a container: addresses or names, sorted, or the error in DNS's word. */
async function lookUp(host: Host, container: string, name: string, type = "a"): Promise<string[] | string> {
  const asked = type === "ptr" ? [name] : [`-type=${type}`, name]; // of an address it asks for nothing else
  const { stdout, stderr } = await host.budgie(["exec", container, "nslookup", ...asked]);
  const failure = /NXDOMAIN|SERVFAIL|REFUSED|timed out/.exec(stdout + stderr);
  if (failure) return failure[0];
  const answer = stdout.split("\n").slice(2).join("\n"); // behind the server's own address
  return Array.from(answer.matchAll(/^(?:Address: |.*\tname = )(\S+)$/gm), ([, found]) => found).sort();
}

/** What the container's address in its first network is. */
function addressOf(host: Host, container: string): Promise<string> {
  return host.ok(["exec", container, "sh", "-c", "ip -4 -o addr show eth0 | sed 's/.*inet //; s,/.*,,'"]);
}

/** A server where the host's resolv.conf says that there is one, in the network of the test. */
async function startHostServer(host: Host, records: string[]): Promise<Dnsmasq> {
  const [address = "127.0.0.1"] = parseResolvConf(Deno.readTextFileSync("/etc/resolv.conf")).nameservers;
  if (!address.startsWith("127.")) await runOk(host.inNetwork(["ip", "addr", "add", address, "dev", "lo"]));
  return await startDnsmasq(address, 53, records, host.inNetwork([]));
}

Deno.test("containers of a network find each other by name, alias and ID, and those of others not", async () => {
  await using host = await openNamesHost();
  await host.ok(["network", "create", "--subnet", "10.77.0.0/24", "--subnet", "fd77::/64", "front"]);
  await host.ok(["network", "create", "--subnet", "10.78.0.0/24", "back"]);
  await start(host, "client", "--network", "front");
  const id = await start(host, "Web", "--network", "front", "--network-alias", "www", "--ip", "10.77.0.9");
  await start(host, "db", "--network", "back", "--ip", "10.78.0.9");

  for (const name of ["Web", "web", "WWW", id.slice(0, 12)]) {
    assert.deepEqual(await lookUp(host, "client", name), ["10.77.0.9"], name);
  }
  const [address6, ...more] = await lookUp(host, "client", "web", "aaaa");
  assert.match(address6, /^fd77::/);
  assert.deepEqual(more, []);
  assert.deepEqual(await lookUp(host, "client", "10.77.0.9", "ptr"), ["Web"]);
  assert.deepEqual(await lookUp(host, "client", address6, "ptr"), ["Web"]);
  assert.deepEqual(await lookUp(host, "db", "db", "aaaa"), []); // there is the name, but no such address

  // Nobody else is there to ask.
  assert.equal(await lookUp(host, "client", "db"), "SERVFAIL");
  assert.equal(await lookUp(host, "client", "10.78.0.9", "ptr"), "NXDOMAIN");
  assert.equal(await lookUp(host, "db", "web"), "SERVFAIL");

  await host.ok(["network", "connect", "--alias", "store", "back", "client"]);
  assert.deepEqual(await lookUp(host, "client", "db"), ["10.78.0.9"]);
  assert.deepEqual(await lookUp(host, "client", "web"), ["10.77.0.9"]);
  assert.equal((await lookUp(host, "db", "store")).length, 1);
  await host.ok(["network", "disconnect", "front", "client"]);
  assert.deepEqual(await lookUp(host, "client", "db"), ["10.78.0.9"]);
  assert.equal(await lookUp(host, "client", "web"), "SERVFAIL");
});

Deno.test("a name follows its container: stopped, started again, renamed, made anew, and through the daemon's death", async () => {
  await using host = await openNamesHost();
  await start(host, "client");
  await start(host, "web");
  const address = await addressOf(host, "web");
  assert.deepEqual(await lookUp(host, "client", "web"), [address]);
  await host.ok(["stop", "-t", "0", "web"]);
  assert.equal(await lookUp(host, "client", "web"), "SERVFAIL");
  await host.ok(["start", "web"]);
  assert.deepEqual(await lookUp(host, "client", "web"), [address]);
  await host.ok(["rename", "web", "shop"]);
  assert.equal(await lookUp(host, "client", "web"), "SERVFAIL");
  assert.deepEqual(await lookUp(host, "client", "shop"), [address]);

  await host.ok(["rm", "-f", "shop"]);
  await start(host, "shop", "--ip", "172.20.0.99");
  assert.deepEqual(await lookUp(host, "client", "shop"), ["172.20.0.99"]);

  const killed = (await host.daemon())!;
  Deno.kill(killed, "SIGKILL");
  await eventually("another daemon answers", async () => {
    const daemon = await host.daemon(); // every command brings it up again
    await host.ok(["ps", "-q"]);
    return daemon !== undefined && daemon !== killed &&
      (await lookUp(host, "client", "shop"))[0] === "172.20.0.99";
  });
});

Deno.test("all else is asked of the host's server, or of --dns, and nothing for who has no way out", async () => {
  await using host = await openNamesHost();
  await using server = await startHostServer(host, [
    "--host-record=www.example,192.0.2.1,60",
    "--host-record=web.budgie,192.0.2.2",
    "--local=/missing.example/",
  ]);
  await using other = await startDnsmasq(
    "127.0.0.9",
    53,
    ["--host-record=www.example,192.0.2.9"],
    host.inNetwork([]),
  );
  await host.ok(["network", "create", "--internal", "inside"]);
  await start(host, "plain");
  await start(host, "special", "--dns", other.address);
  await start(host, "shut", "--network", "inside");

  assert.deepEqual(await lookUp(host, "plain", "www.example"), ["192.0.2.1"]);
  assert.deepEqual(await lookUp(host, "plain", "WWW.Example"), ["192.0.2.1"]);
  assert.deepEqual(server.asked, ["A www.example"]); // once: it is kept
  assert.deepEqual(await lookUp(host, "special", "www.example"), ["192.0.2.9"]);
  assert.deepEqual(other.asked, ["A www.example"]);
  assert.equal(await lookUp(host, "plain", "missing.example"), "NXDOMAIN");
  assert.equal(await lookUp(host, "shut", "www.example"), "NXDOMAIN");
  assert.deepEqual(await lookUp(host, "shut", "shut"), [await addressOf(host, "shut")]);
  assert.equal(await lookUp(host, "plain", "web.budgie"), "NXDOMAIN");
  assert.ok(!server.asked.some((asked) => asked.includes("budgie")));
  const start_ = performance.now();
  assert.equal((await host.budgie(["exec", "shut", "wget", "-q", "http://www.example/"])).code, 1);
  assert.ok(performance.now() - start_ < 4_000); // libc does not wait for an answer
});

Deno.test("/etc/hosts, /etc/hostname and /etc/resolv.conf say what was asked for", async () => {
  await using host = await openNamesHost();
  const flags = [
    ...["--hostname", "bird", "--network-alias", "www", "--add-host", "printer:192.168.1.9"],
    ...["--add-host", "host:host-gateway", "--dns-search", "a.example", "--dns-option", "timeout:1"],
  ];
  await start(host, "web", ...flags);
  const address = await addressOf(host, "web");
  const hosts = await host.ok(["exec", "web", "cat", "/etc/hosts"]);
  assert.deepEqual(hosts.split("\n").slice(-3), [
    "192.168.1.9\tprinter",
    "172.20.0.1\thost",
    `${address}\tbird web www`,
  ]);
  assert.equal(
    await host.ok(["exec", "web", "cat", "/etc/resolv.conf", "/etc/hostname"]),
    "nameserver 172.20.0.1\nsearch a.example\noptions timeout:1 ndots:0\nbird",
  );
  assert.match(
    await host.ok(["exec", "web", "ping", "-c", "1", "-W", "2", "bird"]),
    new RegExp(`PING bird \\(${address}\\)`),
  );
  assert.match(
    await host.ok(["exec", "web", "ping", "-c", "1", "-W", "2", "www"]),
    new RegExp(`\\(${address}\\)`),
  );

  await start(host, "beside", "--network", "container:web");
  assert.equal(await host.ok(["exec", "beside", "cat", "/etc/hosts"]), hosts);
  assert.equal(await host.ok(["exec", "beside", "hostname"]), "bird");
  assert.match(await host.ok(["exec", "beside", "ping", "-c", "1", "web"]), new RegExp(`\\(${address}\\)`));

  await host.ok(["network", "create", "--subnet", "10.79.0.0/24", "more"]);
  await host.ok(["network", "connect", "--ip", "10.79.0.7", "--alias", "shop", "more", "web"]);
  const lines = (await host.ok(["exec", "web", "cat", "/etc/hosts"])).split("\n");
  assert.deepEqual(lines.slice(-2), [`${address}\tbird web www shop`, "10.79.0.7\tbird web www shop"]);

  const none = await host.budgie([
    "run",
    "--rm",
    "--network",
    "none",
    "--add-host",
    "h:host-gateway",
    "busybox",
  ]);
  assert.equal(none.code, 125);
  assert.match(
    none.stderr,
    /Cannot add the host 'h': the container has no network in which the host has an address/,
  );
});

Deno.test("where port 53 is taken, the start says so, and names come once it is free", async () => {
  await using host = await openNamesHost();
  {
    // As one that is set up carelessly: at all addresses.
    await using _dnsmasq = await startDnsmasq("0.0.0.0", 53, ["--except-interface=none"], host.inNetwork([]));
    const started = await host.budgie(["run", "-d", "--name", "web", "busybox", "sleep", "1000"]);
    assert.equal(started.code, 0);
    assert.match(started.stderr, /'web' can't look up names: the daemon does not answer/);
    const log = await eventually("the daemon says why", () => {
      const text = Deno.readTextFileSync(`${host.data}/daemon.log`);
      return text.includes("Cannot answer for names at 172.20.0.1: port 53 is taken there") && text;
    });
    assert.equal(log.split("Cannot answer for names").length, 2); // once
  }
  await host.ok(["run", "-d", "--name", "other", "busybox", "sleep", "1000"]);
  assert.deepEqual(await lookUp(host, "other", "web"), [await addressOf(host, "web")]);
});

/** What curl gets from a URL on the host, or what it says instead. */
async function get(host: Host, url: string): Promise<string> {
  const { stdout, stderr } = await run(host.inNetwork(["curl", "-sS", "-m", "5", url]));
  return stdout || stderr;
}

Deno.test("a published port is reached by IPv6 too: at loopback, and with reach lan at other addresses", async () => {
  await using host = await openNamesHost();
  await runOk(host.inNetwork(["ip", "addr", "add", "2001:db8::1/128", "dev", "lo"]));
  await host.ok(["network", "create", "--ipv6", "six"]);
  const serve = (name: string, ...flags: string[]) =>
    host.ok([
      "run",
      "-d",
      "--name",
      name,
      ...flags,
      "busybox",
      "sh",
      "-c",
      `echo ${name} >index.html; httpd -f -p 80`,
    ]);
  await serve("lan", "-p", "8080:80");
  await serve("own", "-p", "[::1]:8081:80");
  await serve("six", "--network", "six", "-p", "8082:80");
  const answers = (url: string, expected: string) =>
    eventually(`${url} answers`, async () => await get(host, url) === `${expected}\n`);

  await answers("http://[::1]:8080/", "lan");
  await answers("http://[2001:db8::1]:8080/", "lan");
  await answers("http://127.0.0.1:8080/", "lan");
  await answers("http://[::1]:8081/", "own");
  assert.match(await get(host, "http://[2001:db8::1]:8081/"), /Connection refused|connect to/);
  assert.match(await get(host, "http://127.0.0.1:8081/"), /Connection refused|connect to/);
  await answers("http://[::1]:8082/", "six");
  await answers("http://[2001:db8::1]:8082/", "six");

  await host.ok(["rm", "-f", "lan"]);
  await eventually(
    "nobody listens any more",
    async () => /refused|connect to/.test(await get(host, "http://[::1]:8080/")),
  );
  await serve("again", "-p", "8080:80"); // its port is not taken by the daemon
  await answers("http://[::1]:8080/", "again");
});

Deno.test("a group's name, and its port at [::1], lead to each member in turn, and to none that is unhealthy", async () => {
  await using host = await openNamesHost();
  const serve = "hostname >index.html; touch well; httpd -f -p 80";
  const health = ["--health-cmd", "test -e /well", "--health-interval", "200ms", "--health-retries", "1"];
  await host.ok([
    ...["run", "-d", "--name", "web", "--scale", "2", "-p", "8080:80", ...health],
    ...["busybox", "sh", "-c", serve],
  ]);
  await start(host, "client");
  const members = [await addressOf(host, "web-1"), await addressOf(host, "web-2")].sort();
  const isHealthy = async (name: string) =>
    (await host.ok(["inspect", "--format", "{{.State.Health.Status}}", name])) === "healthy";
  await eventually("both are healthy", async () => await isHealthy("web-1") && await isHealthy("web-2"));
  assert.deepEqual(await lookUp(host, "client", "web"), members);
  const answers = async () =>
    new Set([await get(host, "http://[::1]:8080/"), await get(host, "http://[::1]:8080/")]);
  await eventually("both answer in turn", async () => (await answers()).size === 2);

  await host.ok(["exec", "web-1", "rm", "/well"]);
  await eventually("one is unhealthy", async () => !await isHealthy("web-1"));
  assert.deepEqual(await lookUp(host, "client", "web"), [await addressOf(host, "web-2")]);
  assert.deepEqual(await lookUp(host, "client", "web-1"), [await addressOf(host, "web-1")]);
  assert.equal((await answers()).size, 1);
});
