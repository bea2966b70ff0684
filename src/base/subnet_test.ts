import assert from "node:assert/strict";
import { UsageError } from "./errors.ts";
import { formatIpAddress, parseIpAddress } from "./ip_address.ts";
import { contains, formatSubnet, isWithin, lastOf, overlaps, parseCidr, parseSubnet } from "./subnet.ts";

const cidr = (text: string) => parseCidr(text)!;
const address = (text: string) => parseIpAddress(text)!;

Deno.test("parseSubnet() takes both families, and formatSubnet() writes them in the shortest form", () => {
  assert.equal(formatSubnet(parseSubnet("172.25.0.0/16")), "172.25.0.0/16");
  assert.equal(formatSubnet(parseSubnet("FD00:0025:0:0::/64")), "fd00:25::/64");
  assert.equal(formatSubnet(parseSubnet("10.0.0.0/30")), "10.0.0.0/30");
  assert.equal(formatSubnet(parseSubnet("fd00::/126")), "fd00::/126");
});

Deno.test("parseSubnet() refuses what is no range, with the wrong value", () => {
  for (
    const text of ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/08", "x/8"]
  ) {
    assert.throws(() => parseSubnet(text), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^Cannot use the subnet '.*': it is not an address and a prefix length$/);
      assert.ok(error.message.includes(`'${text}'`));
      return true;
    }, text);
  }
});

Deno.test("parseSubnet() refuses bits behind the prefix, and says what was meant", () => {
  assert.throws(() => parseSubnet("10.1.2.3/24"), {
    message: "Cannot use the subnet '10.1.2.3/24': its address has bits set behind the first 24",
    hint: "Write 10.1.2.0/24",
  });
  assert.throws(() => parseSubnet("fd00::1/64"), { hint: "Write fd00::/64" });
  assert.equal(parseCidr("10.1.2.3/24"), undefined);
});

Deno.test("parseSubnet() refuses a range that is too small", () => {
  assert.throws(() => parseSubnet("10.1.2.2/31"), {
    message: "Cannot use the subnet '10.1.2.2/31': it is too small for a gateway and a container",
    hint: "The longest prefix of an IPv4 subnet is /30",
  });
  assert.throws(() => parseSubnet("fd00::/127"), { hint: "The longest prefix of an IPv6 subnet is /126" });
});

Deno.test("parseSubnet() refuses ranges that no host can have an address of", () => {
  for (
    const text of [
      "0.0.0.0/0",
      "127.1.0.0/16",
      "224.0.0.0/8",
      "240.0.0.0/8",
      "::/0",
      "fe80::/64",
      "ff02::/64",
    ]
  ) {
    assert.throws(() => parseSubnet(text), /no host can have an address of/, text);
  }
});

Deno.test("contains() knows the first and the last address, and not those beside", () => {
  const subnet = cidr("172.20.4.0/22");
  assert.equal(formatIpAddress(lastOf(subnet)), "172.20.7.255");
  assert.ok(contains(subnet, address("172.20.4.0")));
  assert.ok(contains(subnet, address("172.20.7.255")));
  assert.ok(!contains(subnet, address("172.20.3.255")));
  assert.ok(!contains(subnet, address("172.20.8.0")));
  assert.ok(!contains(cidr("::/0"), address("172.20.4.0")));
});

Deno.test("overlaps() is true both ways for a range within another, and false for neighbours", () => {
  const cases: [string, string, boolean][] = [
    ["10.0.0.0/8", "10.5.0.0/16", true],
    ["10.5.0.0/16", "10.5.0.0/16", true],
    ["10.4.0.0/16", "10.5.0.0/16", false],
    ["0.0.0.0/0", "10.5.0.0/16", true],
    ["0.0.0.0/0", "fd00::/64", false],
    ["fd00::/16", "fd00:1::/64", true],
  ];
  for (const [a, b, expected] of cases) {
    assert.equal(overlaps(cidr(a), cidr(b)), expected, `${a} ${b}`);
    assert.equal(overlaps(cidr(b), cidr(a)), expected, `${b} ${a}`);
  }
});

Deno.test("isWithin() has a direction", () => {
  assert.ok(isWithin(cidr("10.5.0.0/24"), cidr("10.5.0.0/16")));
  assert.ok(isWithin(cidr("10.5.0.0/16"), cidr("10.5.0.0/16")));
  assert.ok(!isWithin(cidr("10.5.0.0/16"), cidr("10.5.0.0/24")));
});
