import assert from "node:assert/strict";
import { formatIpAddress } from "../ip_address.ts";
import { addressOfReverseName } from "./reverse_name.ts";

const addressOf = (name: string) => {
  const address = addressOfReverseName(name);
  return address && formatIpAddress(address);
};

Deno.test("addressOfReverseName() reads the examples of RFC 1035 §3.5 and RFC 3596 §2.5", () => {
  assert.equal(addressOf("52.0.2.10.IN-ADDR.ARPA"), "10.2.0.52");
  assert.equal(
    addressOf("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.IP6.ARPA"),
    "4321:0:1:2:3:4:567:89ab",
  );
});

Deno.test("addressOfReverseName() of anything else is none", () => {
  const wrong = [
    "",
    "arpa",
    "in-addr.arpa",
    "2.10.in-addr.arpa",
    "1.2.3.4.5.in-addr.arpa",
    "256.1.1.1.in-addr.arpa",
  ];
  for (const name of [...wrong, "01.2.3.4.in-addr.arpa", "a.1.1.1.in-addr.arpa", "1.2.3.4.in-addr.example"]) {
    assert.equal(addressOf(name), undefined, name);
  }
  assert.equal(addressOf(`${"g.".repeat(32)}ip6.arpa`), undefined);
  assert.equal(addressOf(`${"1.".repeat(31)}ip6.arpa`), undefined);
});
