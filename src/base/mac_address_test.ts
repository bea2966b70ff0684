import assert from "node:assert/strict";
import { readMacAddress } from "./mac_address.ts";

Deno.test("readMacAddress() writes what it reads in one form", () => {
  assert.equal(readMacAddress("02:42:ac:14:00:0a"), "02:42:ac:14:00:0a");
  assert.equal(readMacAddress("02-42-AC-14-00-0A"), "02:42:ac:14:00:0a");
});

Deno.test("readMacAddress() refuses what no interface can have", () => {
  const bad = [
    "",
    "02:42:ac:14:00",
    "02:42:ac:14:00:0a:0b",
    "02:42-ac:14:00:0a",
    "0242ac14000a",
    "02:42:ac:14:00:0g",
  ];
  for (const text of [...bad, "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"]) {
    assert.equal(readMacAddress(text), undefined, text);
  }
});
