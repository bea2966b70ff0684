import assert from "node:assert/strict";
import { formatSubnet, parseCidr } from "../base/subnet.ts";
import { DEFAULT_POOLS, parseSubnetPool } from "../base/subnet_pool.ts";
import { freeSubnet, uniqueLocalSubnet } from "./free_subnet.ts";

const free = (pools: readonly string[], taken: readonly string[]) =>
  formatSubnet(freeSubnet(pools.map(parseSubnetPool), taken.map((text) => parseCidr(text)!)));
const freeBeside = (...taken: string[]) => free(DEFAULT_POOLS, taken);

Deno.test("freeSubnet() goes through 172.20 to 172.31, and then through 10", () => {
  assert.equal(freeBeside(), "172.20.0.0/16");
  assert.equal(freeBeside("172.20.0.0/16"), "172.21.0.0/16");
  assert.equal(freeBeside("172.20.0.0/16", "172.22.0.0/16"), "172.21.0.0/16");
  assert.equal(freeBeside("172.20.0.0/14"), "172.24.0.0/16");
  assert.equal(freeBeside("172.16.0.0/12"), "10.0.0.0/16");
});

Deno.test("freeSubnet() passes by a range that has but a part of a piece", () => {
  assert.equal(freeBeside("172.20.255.252/30"), "172.21.0.0/16");
  assert.equal(freeBeside("172.16.0.0/12", "10.0.0.7/32", "10.1.0.0/24"), "10.2.0.0/16");
  assert.equal(freeBeside("fd00::/8"), "172.20.0.0/16");
});

Deno.test("freeSubnet() takes the pieces of a pool in their order, and the pools in theirs", () => {
  const pools = ["10.200.0.0/23:24", "10.77.0.0/16"];
  assert.equal(free(pools, []), "10.200.0.0/24");
  assert.equal(free(pools, ["10.200.0.0/24"]), "10.200.1.0/24");
  assert.equal(free(pools, ["10.200.0.0/24", "10.200.1.128/25"]), "10.77.0.0/16");
});

Deno.test("freeSubnet() finds the one free piece of millions", () => {
  assert.equal(free(["10.0.0.0/8:30"], ["10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/30"]), "10.192.0.4/30");
});

Deno.test("freeSubnet() says when nothing is left, and of what", () => {
  assert.throws(() => freeBeside("172.16.0.0/12", "10.0.0.0/8"), {
    name: "BudgieError",
    message:
      /^Cannot find a free subnet: .* network\.pool, which is 172\.20\.0\.0\/14:16, 172\.24\.0\.0\/13:16, 10\.0\.0\.0\/8:16$/,
  });
  assert.throws(() => free(["10.77.0.0/16"], ["10.77.3.0/24"]), /network\.pool, which is 10\.77\.0\.0\/16$/);
});

Deno.test("uniqueLocalSubnet() is a /64 of fd00::/8, another one each time", () => {
  const [one, other] = [uniqueLocalSubnet(), uniqueLocalSubnet()].map(formatSubnet);
  assert.match(one, /^fd[0-9a-f]{2}:[0-9a-f:]+\/64$/);
  assert.deepEqual(parseCidr(one), parseCidr(one.toUpperCase()));
  assert.notEqual(one, other);
});
