import assert from "node:assert/strict";
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { parseMount } from "./mount.ts";
import { parseTmpfs } from "./tmpfs.ts";
import { parseVolume } from "./volume.ts";

const CWD = "/home/me";

Deno.test("parseVolume() reads paths of the host, volumes and anonymous volumes", () => {
  assert.deepEqual(parseVolume("/srv:/data", CWD), {
    type: "bind",
    source: "/srv",
    target: "/data",
    readOnly: false,
    createSource: true,
  });
  assert.equal(parseVolume("./a/../b:/data", CWD).source, "/home/me/b");
  assert.equal(parseVolume(".:/data", CWD).source, "/home/me");
  assert.equal(parseVolume("../you:/data", CWD).source, "/home/you");
  assert.equal(parseVolume("v:/data", CWD).type, "volume");
  assert.deepEqual(parseVolume("cache:/c:ro,nocopy", CWD), {
    type: "volume",
    source: "cache",
    target: "/c",
    readOnly: true,
    noCopy: true,
  });
  assert.deepEqual(parseVolume("/only", CWD), {
    type: "volume",
    source: "",
    target: "/only",
    readOnly: false,
  });
  assert.equal(parseVolume("/a:/b:rslave", CWD).propagation, "rslave");
});

Deno.test("parseVolume() refuses what it can't honour", () => {
  const wrong = [
    "",
    ":/a",
    "/a:",
    "/a:b",
    "/a:/",
    "a:/b:bogus",
    "a b:/c",
    "a:/b:rshared",
    "/a:/b:nocopy",
    "site/public:/a",
    "~/site:/a",
    `${"v".repeat(256)}:/a`,
    "/a:/b:ro:x",
  ];
  for (const text of wrong) assert.throws(() => parseVolume(text, CWD), UsageError, text);
  for (const text of ["/a:/b:z", "/a:/b:Z"]) assert.throws(() => parseVolume(text, CWD), NotSupportedError);
});

Deno.test("parseMount() reads docker's keys and their other spellings", () => {
  assert.deepEqual(parseMount("type=bind,src=./x,dst=/y,readonly,bind-propagation=shared", CWD), {
    type: "bind",
    source: "/home/me/x",
    target: "/y",
    readOnly: true,
    propagation: "shared",
    createSource: false,
  });
  assert.deepEqual(parseMount("target=/t,source=vol,volume-nocopy", CWD), {
    type: "volume",
    source: "vol",
    target: "/t",
    readOnly: false,
    noCopy: true,
  });
  assert.deepEqual(parseMount("type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1770,ro=false", CWD), {
    type: "tmpfs",
    source: "",
    target: "/t",
    readOnly: false,
    sizeBytes: 1024 ** 2,
    mode: 0o1770,
  });
  assert.equal(parseMount('type=bind,"source=/a,b",target=/c', CWD).source, "/a,b");
});

Deno.test("parseMount() says which key is wrong", () => {
  const cases: Record<string, RegExp> = {
    "type=bind,target=/a": /needs a source/,
    "type=bind,source=/a": /no target/,
    "type=bogus,target=/a": /no type 'bogus'/,
    "target=/a,colour=red": /no key 'colour'/,
    "target=/a,constructor=1": /no key 'constructor'/,
    "type=tmpfs,source=/x,target=/a": /no source/,
    "type=bind,source=/x,target=/a,tmpfs-size=1": /for type=tmpfs/,
    "target=/a,readonly=maybe": /true or false/,
    "target=/a,": /empty/,
    'target="/a': /quote/,
    "target=a": /not absolute/,
    "": /empty/,
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(() => parseMount(text, CWD), message, text);
  }
  assert.throws(() => parseMount("target=/a,volume-driver=nfs", CWD), NotSupportedError);
});

Deno.test("parseTmpfs() reads size, mode and the options that hold anyway", () => {
  assert.deepEqual(parseTmpfs("/run:size=64m,mode=1777,noexec,ro"), {
    type: "tmpfs",
    source: "",
    target: "/run",
    readOnly: true,
    sizeBytes: 64 * 1024 ** 2,
    mode: 0o1777,
  });
  assert.throws(() => parseTmpfs("run"), /not absolute/);
  assert.throws(() => parseTmpfs("/run:bogus"), /no option 'bogus'/);
  assert.throws(() => parseTmpfs("/run:exec"), NotSupportedError);
});
