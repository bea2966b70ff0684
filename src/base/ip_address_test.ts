import assert from "node:assert/strict";
import { compareIpAddresses, formatIpAddress, parseIpAddress } from "./ip_address.ts";

const canonical = (text: string) => {
  const address = parseIpAddress(text);
  return address && formatIpAddress(address);
};

Deno.test("parseIpAddress() reads dotted decimals as one number", () => {
  assert.deepEqual(parseIpAddress("172.20.0.2"), { family: 4, value: 0xac140002n });
  assert.deepEqual(parseIpAddress("0.0.0.0"), { family: 4, value: 0n });
  assert.deepEqual(parseIpAddress("255.255.255.255"), { family: 4, value: 0xffffffffn });
});

Deno.test("parseIpAddress() reads all forms of RFC 4291 §2.2", () => {
  const value = 0x2001_0db8_0000_0000_0008_0800_200c_417an;
  assert.deepEqual(parseIpAddress("2001:DB8:0:0:8:800:200C:417A"), { family: 6, value });
  assert.deepEqual(parseIpAddress("2001:db8::8:800:200c:417a"), { family: 6, value });
  assert.equal(parseIpAddress("FF01::101")?.value, 0xff01n << 112n | 0x101n);
  assert.equal(parseIpAddress("::")?.value, 0n);
  assert.equal(parseIpAddress("1::")?.value, 1n << 112n);
  assert.equal(parseIpAddress("::13.1.68.3")?.value, 0x0d014403n);
  assert.equal(parseIpAddress("::FFFF:129.144.52.38")?.value, 0xffff_8190_3426n);
});

Deno.test("parseIpAddress() refuses what is none", () => {
  const wrong = [
    ...[
      "",
      "1",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.4 ",
      "1.2.3.-4",
      "a.b.c.d",
      "1.2.3.1e1",
    ],
    ...[":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::g"],
    ...["1.2.3.4::", "::1.2.3.4:5", "::1.2.3.256", "fe80::1%eth0", "[::1]", ":1:2:3:4:5:6:7", "::0x1"],
  ];
  for (const text of wrong) assert.equal(parseIpAddress(text), undefined, text);
});

Deno.test("formatIpAddress() writes IPv6 as RFC 5952 §4 and §5 say", () => {
  assert.equal(canonical("2001:0db8::0001"), "2001:db8::1");
  assert.equal(canonical("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
  assert.equal(canonical("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1"); // never one group alone
  assert.equal(canonical("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1"); // the longest run
  assert.equal(canonical("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1"); // the first of equal ones
  assert.equal(canonical("2001:DB8::AbC"), "2001:db8::abc");
  assert.equal(canonical("::"), "::");
  assert.equal(canonical("::1"), "::1");
  assert.equal(canonical("1::"), "1::");
  assert.equal(canonical("::ffff:c000:201"), "::ffff:192.0.2.1");
});

Deno.test("formatIpAddress() gives back every IPv4 address", () => {
  for (const text of ["0.0.0.0", "10.0.0.1", "192.168.1.254", "255.255.255.255"]) {
    assert.equal(canonical(text), text);
  }
});

Deno.test("compareIpAddresses() sorts by number, and not by text", () => {
  const texts = ["fd00::10", "10.0.0.10", "10.0.0.9", "fd00::9", "9.255.255.255"];
  const sorted = texts.map((text) => parseIpAddress(text)!).sort(compareIpAddresses).map(formatIpAddress);
  assert.deepEqual(sorted, ["9.255.255.255", "10.0.0.9", "10.0.0.10", "fd00::9", "fd00::10"]);
});
