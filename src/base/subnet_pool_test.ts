import assert from "node:assert/strict";
import { UsageError } from "./errors.ts";
import { DEFAULT_POOLS, formatSubnetPool, parseSubnetPool } from "./subnet_pool.ts";

Deno.test("parseSubnetPool() takes a range with the length of its pieces, and one subnet", () => {
  for (const text of [...DEFAULT_POOLS, "10.200.0.0/16:24", "10.77.0.0/16", "192.168.128.0/17:30"]) {
    assert.equal(formatSubnetPool(parseSubnetPool(text)), text);
  }
  assert.equal(formatSubnetPool(parseSubnetPool("10.77.0.0/16:16")), "10.77.0.0/16");
});

Deno.test("parseSubnetPool() refuses what no network could be made of", () => {
  const refused: [string, RegExp][] = [
    ["10.200.0.0", /not an address and a prefix length$/],
    ["10.200.0.1/16:24", /bits set behind the first 16$/],
    ["10.200.0.0/16:31", /too small for a gateway and a container$/],
    ["10.200.0.0/16:8", /larger than all of it$/],
    ["10.200.0.0/16:", /not an IPv4 subnet and a prefix length$/],
    ["10.200.0.0/16:24:24", /not an IPv4 subnet and a prefix length$/],
    ["fd00::/48", /not an IPv4 subnet and a prefix length$/],
    ["127.0.0.0/8:16", /no host can have an address of 127\.0\.0\.0\/8$/],
    ["", /not an address and a prefix length$/],
  ];
  for (const [text, message] of refused) {
    assert.throws(() => parseSubnetPool(text), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    }, text);
  }
});
