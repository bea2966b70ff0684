import assert from "node:assert/strict";
import { BudgieError, UsageError } from "../base/errors.ts";
import { parseCidr } from "../base/subnet.ts";
import { DEFAULT_POOLS, parseSubnetPool } from "../base/subnet_pool.ts";
import { planSubnets, type WantedSubnets } from "./subnet_plan.ts";

const taken = [
  { subnet: parseCidr("172.20.0.0/16")!, why: "the network 'budgie0' has 172.20.0.0/16" },
  { subnet: parseCidr("10.0.0.0/8")!, why: "the host reaches 10.0.0.0/8 by eth1" },
];

const plan = (wanted: Partial<WantedSubnets>) =>
  planSubnets({ subnets: [], gateways: [], ipRanges: [], ipv6: false, ...wanted }, {
    taken,
    pools: DEFAULT_POOLS.map(parseSubnetPool),
  });

Deno.test("planSubnets() chooses a free subnet, and its first address as the gateway", () => {
  assert.deepEqual(plan({}), [{ subnet: "172.21.0.0/16", gateway: "172.21.0.1", ipRange: undefined }]);
});

Deno.test("planSubnets() takes what is named, of both families, and puts gateways and ranges where they belong", () => {
  const records = plan({
    subnets: ["192.168.9.0/24", "FD00:9::/64"],
    gateways: ["fd00:9::ff", "192.168.9.254"],
    ipRanges: ["192.168.9.128/25"],
  });
  assert.deepEqual(records, [
    { subnet: "192.168.9.0/24", gateway: "192.168.9.254", ipRange: "192.168.9.128/25" },
    { subnet: "fd00:9::/64", gateway: "fd00:9::ff", ipRange: undefined },
  ]);
});

Deno.test("planSubnets() adds IPv6 where it is asked for and not named, and IPv4 always", () => {
  const both = plan({ ipv6: true }).map(({ subnet }) => subnet);
  assert.equal(both[0], "172.21.0.0/16");
  assert.match(both[1], /^fd.*\/64$/);
  const named = plan({ ipv6: true, subnets: ["fd00:9::/64"] }).map(({ subnet }) => subnet);
  assert.deepEqual(named, ["172.21.0.0/16", "fd00:9::/64"]);
});

Deno.test("planSubnets() says what a subnet overlaps with", () => {
  assert.throws(() => plan({ subnets: ["172.20.5.0/24"] }), {
    name: "BudgieError",
    message: "Cannot use the subnet '172.20.5.0/24': the network 'budgie0' has 172.20.0.0/16",
  });
  assert.throws(() => plan({ subnets: ["10.1.0.0/16"] }), (error) => {
    assert.ok(error instanceof BudgieError && !(error instanceof UsageError));
    return /the host reaches 10\.0\.0\.0\/8 by eth1$/.test(error.message);
  });
  assert.throws(
    () => plan({ subnets: ["192.168.0.0/16", "192.168.9.0/24"] }),
    /'192\.168\.9\.0\/24': it overlaps with 192\.168\.0\.0\/16, which is given too$/,
  );
});

Deno.test("planSubnets() refuses gateways and ranges that belong nowhere, or twice to one", () => {
  const subnets = ["192.168.9.0/24"];
  const refused: [Partial<WantedSubnets>, RegExp][] = [
    [
      { gateways: ["192.168.8.1"] },
      /the gateway '192\.168\.8\.1': it is not in the network's subnet 192\.168\.9\.0\/24$/,
    ],
    [{ gateways: ["192.168.9"] }, /it is not an IP address$/],
    [{ gateways: ["192.168.9.0"] }, /it stands for all of 192\.168\.9\.0\/24$/],
    [{ gateways: ["192.168.9.255"] }, /it stands for all of 192\.168\.9\.0\/24$/],
    [
      { gateways: ["192.168.9.1", "192.168.9.2"] },
      /'192\.168\.9\.2': 192\.168\.9\.1 is given for 192\.168\.9\.0\/24 too$/,
    ],
    [{ ipRanges: ["192.168.8.0/25"] }, /the range '192\.168\.8\.0\/25': it is not in the network's subnet/],
    [{ ipRanges: ["192.168.0.0/16"] }, /the range '192\.168\.0\.0\/16': it is not in the network's subnet/],
    [
      { ipRanges: ["192.168.9.1/25"] },
      /the range '192\.168\.9\.1\/25': its address has bits set behind the first 25$/,
    ],
    [{ ipRanges: ["192.168.9.0/25", "192.168.9.128/25"] }, /is given for 192\.168\.9\.0\/24 too$/],
  ];
  for (const [wanted, message] of refused) {
    assert.throws(() => plan({ subnets, ...wanted }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});
