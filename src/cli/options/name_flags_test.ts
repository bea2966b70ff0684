import assert from "node:assert/strict";
import { parseAddHost, parseDns, resolverWord } from "./name_flags.ts";

Deno.test("--dns takes an address of either family, and no name", () => {
  assert.equal(parseDns("9.9.9.9"), "9.9.9.9");
  assert.equal(parseDns("2620:FE:0::FE"), "2620:fe::fe");
  for (const text of ["", "dns.example.com", "9.9.9", "9.9.9.9:53"]) {
    assert.throws(() => parseDns(text), { message: `Cannot use --dns '${text}': it is no IP address` });
  }
});

Deno.test("--dns-search and --dns-option can't break out of their line of resolv.conf", () => {
  const parse = resolverWord("--dns-search");
  assert.deepEqual(["example.com", ".", "ndots:2"].map(parse), ["example.com", ".", "ndots:2"]);
  for (const text of ["", "a b", "a\nnameserver 1.1.1.1", "a#b", "a;b"]) {
    assert.throws(() => parse(text), { message: `Cannot use --dns-search '${text}': it is one word` });
  }
});

Deno.test("--add-host takes docker's two forms, either family, and host-gateway", () => {
  const good = {
    "printer:192.168.1.20": ["printer", "192.168.1.20"],
    "printer=192.168.1.20": ["printer", "192.168.1.20"],
    "a.b:::1": ["a.b", "::1"],
    "a=[::1]": ["a", "::1"],
    "a:[fe80::1]": ["a", "fe80::1"],
    "host.docker.internal:host-gateway": ["host.docker.internal", "host-gateway"],
  };
  for (const [text, [name, address]] of Object.entries(good)) {
    assert.deepEqual(parseAddHost(text), { name, address }, text);
  }
  for (
    const text of ["", "printer", "printer:", ":1.2.3.4", "a b:1.2.3.4", "a:b", "a:1.2.3", "a\n:1.2.3.4"]
  ) {
    assert.throws(() => parseAddHost(text), /^UsageError: Cannot use --add-host '/, text);
  }
});
