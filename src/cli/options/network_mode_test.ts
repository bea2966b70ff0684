import assert from "node:assert/strict";
import { NotSupportedError } from "../../base/errors.ts";
import type { NetworkChoice } from "../../engine/network/network_choice.ts";
import { type ChoiceFlags, networkChoice, parseNetwork } from "./network_mode.ts";

/** One network as `name addresses mac aliases`, with only what is there. */
function show({ network, networks, networkContainer }: NetworkChoice): string {
  if (network !== "networks") return [network, networkContainer].filter((part) => part).join(" ");
  return networks.map(({ name, addresses, macAddress, aliases }) =>
    [name, ...addresses, macAddress, ...aliases.map((alias) => `+${alias}`)].filter((part) => part).join(" ")
  ).join(", ");
}

function choose(words: string[], flags: Omit<ChoiceFlags, "network"> = {}, env: Record<string, string> = {}) {
  return show(networkChoice({ ...flags, network: words.map(parseNetwork) }, { get: (name) => env[name] }));
}

const GOOD: [words: string[], expected: string][] = [
  [[], "budgie0"],
  [[""], "budgie0"],
  [["default"], "budgie0"],
  [["bridge"], "budgie0"],
  [["none"], "none"],
  [["host"], "host"],
  [["container:db"], "container db"],
  [["front"], "front"],
  [["front", "back"], "front, back"],
  [["default", "front"], "budgie0, front"],
  [["front:ip=10.0.0.2"], "front 10.0.0.2"],
  [
    ["front:ip=10.0.0.2,ip=FD00:0::2,mac-address=02-42-AC-14-00-0A,alias=a,alias=b"],
    "front 10.0.0.2 fd00::2 02:42:ac:14:00:0a +a +b",
  ],
  [["front:mac=02:42:ac:14:00:0a"], "front 02:42:ac:14:00:0a"],
  [["name=front"], "front"],
  [["alias=www,name=front,ip=10.0.0.2,ip6=fd00::2"], "front 10.0.0.2 fd00::2 +www"],
  [["front:alias=a", "name=back,alias=b"], "front +a, back +b"],
];

Deno.test("--network takes docker's and podman's words", () => {
  for (const [words, expected] of GOOD) assert.equal(choose(words), expected, words.join(" "));
});

const BAD: Record<string, string> = {
  "container:": "it names no container",
  "a b": "it is no name of a network",
  "-front": "it is no name of a network",
  "name=host": "it is no name of a network",
  "none:ip=10.0.0.2": "it is no name of a network",
  "alias=a": "it names no network",
  ":ip=10.0.0.2": "it names no network",
  "front:": "there is no key '', only name, ip, ip6, mac-address and alias",
  "front:adress=1": "there is no key 'adress', only name, ip, ip6, mac-address and alias",
  "front:ip=10.0.0": "'10.0.0' is no address",
  "front:ip6=10.0.0.1": "'10.0.0.1' is no IPv6 address",
  "front:ip=10.0.0.1,ip=10.0.0.2": "it has two addresses of IPv4",
  "name=front,ip=fd00::1,ip6=fd00::2": "it has two addresses of IPv6",
  "front:mac-address=01:00:00:00:00:01":
    "'01:00:00:00:00:01' is no MAC address of an interface, such as 02:42:ac:14:00:0a",
  "front:alias=-": "'-' is no name: letters, digits, '_', '.' and '-'",
};

Deno.test("--network says what is wrong, with the whole word", () => {
  for (const [text, reason] of Object.entries(BAD)) {
    assert.throws(() => parseNetwork(text), {
      name: "UsageError",
      message: `Cannot use --network '${text}': ${reason}`,
    });
  }
  for (
    const text of ["slirp4netns", "pasta:-t,80", "ns:/run/netns/a", "name=a,driver-opt=b", "a:gw-priority=1"]
  ) {
    assert.throws(() => parseNetwork(text), NotSupportedError, text);
  }
});

Deno.test("without --network, the environment says which it is", () => {
  const by = (word: string, flags = {}) => choose([], flags, { BUDGIE_NETWORK_DEFAULT: word });
  assert.deepEqual([by("none"), by("host"), by("front"), by("")], ["none", "host", "front", "budgie0"]);
  assert.equal(choose(["back"], {}, { BUDGIE_NETWORK_DEFAULT: "none" }), "back");
  assert.equal(by("front", { ip: "10.0.0.2" }), "front 10.0.0.2");
  assert.throws(
    () => by("container:a"),
    /Cannot use BUDGIE_NETWORK_DEFAULT='container:a': it is none, host, or/,
  );
});

Deno.test("--ip, --ip6, --mac-address and --network-alias say something of the first network", () => {
  const flags = {
    ip: "10.0.0.2",
    ip6: "[FD00:0::2]",
    macAddress: "02:42:AC:14:00:0A",
    networkAlias: ["a", "b"],
  };
  const said = "10.0.0.2 fd00::2 02:42:ac:14:00:0a +a +b";
  assert.equal(choose([], flags), `budgie0 ${said}`);
  assert.equal(choose(["front", "back"], flags), `front ${said}, back`);
  assert.equal(choose(["front:ip=10.0.0.2"], { ip6: "fd00::2" }), "front 10.0.0.2 fd00::2");
  assert.equal(choose(["none"], { ip: "", ip6: "", macAddress: "", networkAlias: [] }), "none"); // not given
});

const CONFLICTS: [words: string[], flags: Omit<ChoiceFlags, "network">, message: string][] = [
  [["host", "front"], {}, "Cannot use --network host with another --network: it excludes all others"],
  [["front", "none"], {}, "Cannot use --network none with another --network: it excludes all others"],
  [
    ["container:a", "container:a"],
    {},
    "Cannot use --network container:a with another --network: it excludes all others",
  ],
  [["front", "front:alias=a"], {}, "Cannot be in the network 'front' twice: there are two --network of it"],
  [["budgie0", "bridge"], {}, "Cannot be in the network 'budgie0' twice: there are two --network of it"],
  [["host"], { ip: "10.0.0.2" }, "Cannot use --ip with the network 'host': it is about networks of its own"],
  [["none"], { ip6: "::2" }, "Cannot use --ip6 with the network 'none': it is about networks of its own"],
  [
    ["container:a"],
    { macAddress: "02:42:ac:14:00:0a" },
    "Cannot use --mac-address with another container's network: it is about networks of its own",
  ],
  [
    ["none"],
    { networkAlias: ["a"] },
    "Cannot use --network-alias with the network 'none': it is about networks of its own",
  ],
  [["front:ip=10.0.0.2"], { ip: "10.0.0.3" }, "Cannot use --ip: it has two addresses of IPv4"],
  [["front:alias=a"], { networkAlias: ["b"] }, "Cannot use --network-alias: --network has aliases too"],
  [
    ["front:mac=02:42:ac:14:00:0a"],
    { macAddress: "02:42:ac:14:00:0b" },
    "Cannot use --mac-address: --network says 02:42:ac:14:00:0a",
  ],
  [["front"], { ip: "fd00::1" }, "Cannot use --ip: 'fd00::1' is no IPv4 address"],
  [["front"], { ip6: "10.0.0.1" }, "Cannot use --ip6: '10.0.0.1' is no IPv6 address"],
  [
    ["front"],
    { macAddress: "x" },
    "Cannot use --mac-address: 'x' is no MAC address of an interface, such as 02:42:ac:14:00:0a",
  ],
  [
    ["front"],
    { networkAlias: ["a b"] },
    "Cannot use --network-alias: 'a b' is no name: letters, digits, '_', '.' and '-'",
  ],
];

Deno.test("words about networks that exclude each other are refused", () => {
  for (const [words, flags, message] of CONFLICTS) {
    assert.throws(() => choose(words, flags), { name: "UsageError", message }, message);
  }
});
