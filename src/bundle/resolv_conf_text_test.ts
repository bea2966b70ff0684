import assert from "node:assert/strict";
import { type HostResolvConf, type ResolvConfOptions, resolvConfText } from "./resolv_conf_text.ts";

const LAN: HostResolvConf = {
  resolvConf: "# by DHCP\nnameserver 192.168.1.1\nsearch lan\noptions edns0\n",
  uplinks: "",
};
/** What systemd-resolved makes of it. */
const STUB: HostResolvConf = {
  resolvConf: "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n",
  uplinks: "nameserver 192.168.1.1\nnameserver fe80::1%2\nsearch lan\n",
};

function text(
  container: Partial<ResolvConfOptions["container"]>,
  host = LAN,
  more: Omit<ResolvConfOptions, "container"> = {},
): string {
  const plain = { network: "networks" as const, dns: [], dnsSearch: [], dnsOptions: [] };
  return resolvConfText({ container: { ...plain, ...container }, ...more }, host);
}

const OWN = { nameservers: ["172.20.0.1"] };

Deno.test("budgie's server is the only one, and short names are asked for as they are", () => {
  const lines = "nameserver 172.20.0.1\nsearch lan\noptions edns0 ndots:0\n";
  assert.equal(text({}, LAN, OWN), lines);
  assert.equal(text({ dns: ["9.9.9.9"] }, LAN, OWN), lines); // it is asked by ours
});

Deno.test("the user's domains and options take the place of the host's", () => {
  assert.equal(
    text({ dnsSearch: ["a.example", "b.example"], dnsOptions: ["ndots:2", "rotate"] }, LAN, OWN),
    "nameserver 172.20.0.1\nsearch a.example b.example\noptions ndots:2 rotate\n",
  );
  assert.equal(text({ dnsSearch: ["."] }, LAN, OWN), "nameserver 172.20.0.1\noptions edns0 ndots:0\n");
});

Deno.test("a container with the host's network has the host's file, unless it wants something else", () => {
  assert.equal(text({ network: "host" }, STUB), STUB.resolvConf);
  assert.equal(
    text({ network: "host", dns: ["9.9.9.9"] }, STUB),
    "nameserver 9.9.9.9\nsearch lan\noptions edns0 trust-ad\n",
  );
  assert.equal(
    text({ network: "host", dnsSearch: ["x"] }, STUB),
    "nameserver 127.0.0.53\nsearch x\noptions edns0 trust-ad\n",
  );
});

Deno.test("a container in the LAN asks the host's servers, and instead of a stub those that the stub asks", () => {
  const lines = "nameserver 192.168.1.1\nsearch lan\n";
  assert.equal(text({}), `${lines}options edns0\n`);
  assert.equal(text({}, STUB), `${lines}options edns0 trust-ad\n`);
  assert.equal(text({ dns: ["9.9.9.9"] }), "nameserver 9.9.9.9\nsearch lan\noptions edns0\n");
});

Deno.test("when no server of the host's can be reached, the user is told", () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const host = { resolvConf: "nameserver 127.0.0.1\nnameserver ::1\n", uplinks: "" };
  assert.equal(text({}, host, { onWarning }), "");
  assert.match(warnings.join(), /^the container knows no server for names: .* --dns$/);
  assert.equal(text({}, host, { onWarning, ...OWN }), "nameserver 172.20.0.1\noptions ndots:0\n");
  assert.equal(warnings.length, 1);
});

Deno.test("a container without a network has what the user says, and nothing of the host's", () => {
  assert.equal(text({ network: "none" }), "");
  assert.equal(text({ network: "none", dns: ["127.0.0.1"] }), "nameserver 127.0.0.1\n");
});
