import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import type { NetworkMode } from "../../store/container.ts";
import { addDnsDefaults } from "./dns_defaults.ts";

const SETTINGS = {
  BUDGIE_DNS_SERVERS: "9.9.9.9, FD00:0::53",
  BUDGIE_DNS_SEARCH: "lan,corp.example",
  BUDGIE_DNS_OPTIONS: "timeout:1,rotate",
};

function withDefaults(
  given: { network?: NetworkMode; dns?: string[]; dnsSearch?: string[]; dnsOptions?: string[] },
  env: Record<string, string> = SETTINGS,
) {
  const options = { network: "networks" as const, dns: [], dnsSearch: [], dnsOptions: [], ...given };
  addDnsDefaults(options, { get: (name) => env[name] });
  const { dns, dnsSearch, dnsOptions } = options;
  return [dns, dnsSearch, dnsOptions];
}

Deno.test("a container without words of its own gets the host's settings", () => {
  const expected = [["9.9.9.9", "fd00::53"], ["lan", "corp.example"], ["timeout:1", "rotate"]];
  for (const network of ["networks", "host", "none"] as const) {
    assert.deepEqual(withDefaults({ network }), expected);
  }
  assert.deepEqual(withDefaults({}, {}), [[], [], []]);
});

Deno.test("what a container says goes before, each for itself", () => {
  assert.deepEqual(withDefaults({ dns: ["1.1.1.1"], dnsSearch: ["."] }), [["1.1.1.1"], ["."], [
    "timeout:1",
    "rotate",
  ]]);
});

Deno.test("a container in another one's network has that one's files", () => {
  assert.deepEqual(withDefaults({ network: "container" }), [[], [], []]);
});

Deno.test("a variable that can't be used is named", () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ BUDGIE_DNS_SERVERS: "9.9.9.9,dns.example" }, /BUDGIE_DNS_SERVERS: 'dns\.example' is no IP address$/],
    [{ BUDGIE_DNS_SEARCH: "a b" }, /BUDGIE_DNS_SEARCH: 'a b' is not one word$/],
    [{ BUDGIE_DNS_OPTIONS: "ndots:1\nnameserver 6.6.6.6" }, /BUDGIE_DNS_OPTIONS: /],
  ];
  for (const [env, message] of refused) {
    assert.throws(() => withDefaults({}, env), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});
