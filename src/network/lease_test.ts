import assert from "node:assert/strict";
import { UsageError } from "../base/errors.ts";
import type { NetworkRecord, SubnetRecord } from "../store/network.ts";
import { leaseAddresses, type Tenant } from "./lease.ts";

const any = { addresses: [] };

Deno.test("leaseAddresses() gives the lowest free address, and a MAC address made of it", () => {
  const front = network({ subnet: "172.20.0.0/16", gateway: "172.20.0.1" });
  const first = leaseAddresses(front, [], any);
  assert.deepEqual(first, { addresses: ["172.20.0.2"], macAddress: "02:42:ac:14:00:02" });
  const taken = ["172.20.0.2", "172.20.0.4"].map(tenant);
  assert.deepEqual(leaseAddresses(front, taken, any).addresses, ["172.20.0.3"]);
});

Deno.test("leaseAddresses() gives an address of each subnet", () => {
  const dual = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.1" }, {
    subnet: "fd00:9::/64",
    gateway: "fd00:9::1",
  });
  assert.deepEqual(leaseAddresses(dual, [], any), {
    addresses: ["10.9.0.2", "fd00:9::2"],
    macAddress: "02:42:0a:09:00:02",
  });
  const six = network({ subnet: "fd00:9::/64", gateway: "fd00:9::1" });
  assert.equal(leaseAddresses(six, [], any).macAddress, "02:42:00:00:00:02");
});

Deno.test("leaseAddresses() stays within the range", () => {
  const ranged = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.9", ipRange: "10.9.0.8/30" });
  assert.deepEqual(leaseAddresses(ranged, [], any).addresses, ["10.9.0.8"]);
  const full = ["10.9.0.8", "10.9.0.10", "10.9.0.11"].map(tenant);
  assert.throws(() => leaseAddresses(ranged, full, any), /all 3 of the range 10\.9\.0\.8\/30 are taken$/);
  const single = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.1", ipRange: "10.9.0.8/32" });
  assert.deepEqual(leaseAddresses(single, [], any).addresses, ["10.9.0.8"]);
});

Deno.test("leaseAddresses() fills a subnet up to its last address, and then says how many there are", () => {
  const small = network({ subnet: "10.9.0.0/29", gateway: "10.9.0.1" });
  const tenants: Tenant[] = [];
  for (const last of [2, 3, 4, 5, 6]) {
    const { addresses } = leaseAddresses(small, tenants, any);
    assert.deepEqual(addresses, [`10.9.0.${last}`]);
    tenants.push(tenant(addresses[0]));
  }
  assert.throws(() => leaseAddresses(small, tenants, any), {
    message: "Cannot give a container an address in the network 'front': all 5 of 10.9.0.0/29 are taken",
  });
  assert.deepEqual(leaseAddresses(small, tenants.slice(1), any).addresses, ["10.9.0.2"]); // given back
});

Deno.test("leaseAddresses() never gives IPv6's first address, and has no broadcast address there", () => {
  const small = network({ subnet: "fd00:9::/126", gateway: "fd00:9::1" });
  const second = leaseAddresses(small, [tenant("fd00:9::2")], any);
  assert.deepEqual(second.addresses, ["fd00:9::3"]);
});

Deno.test("leaseAddresses() gives a fixed address, however it is written, also one outside of the range", () => {
  const dual = network(
    { subnet: "10.9.0.0/24", gateway: "10.9.0.1", ipRange: "10.9.0.128/25" },
    { subnet: "fd00:9::/64", gateway: "fd00:9::1" },
  );
  const lease = leaseAddresses(dual, [], { addresses: ["FD00:9:0::00A", "10.9.0.7"] });
  assert.deepEqual(lease, { addresses: ["10.9.0.7", "fd00:9::a"], macAddress: "02:42:0a:09:00:07" });
});

Deno.test("leaseAddresses() refuses a fixed address that nobody can have", () => {
  const front = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.1" });
  const refused: [string, string][] = [
    ["10.9.1.2", "it is not in its subnet"],
    ["fd00::2", "it is not in its subnet"],
    ["10.9.0", "it is not an IP address"],
    ["10.9.0.1", "it is the gateway's"],
    ["10.9.0.0", "it stands for all of 10.9.0.0/24"],
    ["10.9.0.255", "it stands for all of 10.9.0.0/24"],
  ];
  for (const [address, reason] of refused) {
    assert.throws(() => leaseAddresses(front, [], { addresses: [address] }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, `Cannot use the address '${address}' in the network 'front': ${reason}`);
      return true;
    });
  }
  const two = { addresses: ["10.9.0.2", "10.9.0.3"] };
  assert.throws(
    () => leaseAddresses(front, [], two),
    /10\.9\.0\.2 and 10\.9\.0\.3: both are in 10\.9\.0\.0\/24/,
  );
});

Deno.test("leaseAddresses() names the holder of a taken address", () => {
  const front = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.1" });
  const tenants = [tenant("10.9.0.2")];
  assert.throws(
    () => leaseAddresses(front, tenants, { addresses: ["10.9.0.2"] }),
    /container 'of 10\.9\.0\.2' has it$/,
  );
  const macAddress = "02-42-0A-09-00-02"; // that one's, otherwise written
  assert.throws(
    () => leaseAddresses(front, tenants, { addresses: [], macAddress }),
    /MAC address '02-42-0A-09-00-02' .*container 'of 10\.9\.0\.2' has it$/,
  );
});

Deno.test("leaseAddresses() makes another MAC address up where somebody has the one of the IP address", () => {
  const front = network({ subnet: "10.9.0.0/24", gateway: "10.9.0.1" });
  const odd = tenant("10.9.0.200");
  odd.endpoint.macAddress = "02:42:0a:09:00:02";
  const { macAddress } = leaseAddresses(front, [odd], any);
  assert.match(macAddress, /^02:42(:[0-9a-f]{2}){4}$/);
  assert.notEqual(macAddress, odd.endpoint.macAddress);
});

Deno.test("leaseAddresses() takes a fixed MAC address of one interface only, and none on an ipvlan", () => {
  const front = network({ subnet: "10.9.0.0/24" });
  const lease = (macAddress: string) => leaseAddresses(front, [], { addresses: [], macAddress }).macAddress;
  assert.equal(lease("02:AB:00:00:00:01"), "02:ab:00:00:00:01");
  for (const wrong of ["02:42", "02:42:ac:14:00:0g", "00:00:00:00:00:00", "01:00:5e:00:00:01", ""]) {
    assert.throws(() => lease(wrong), UsageError, wrong);
  }
  const ipvlan: NetworkRecord = { ...front, driver: "ipvlan", parent: "eth0" };
  assert.equal(leaseAddresses(ipvlan, [], any).macAddress, "");
  assert.throws(
    () => leaseAddresses(ipvlan, [], { addresses: [], macAddress: "02:ab:00:00:00:01" }),
    /all interfaces of the ipvlan 'front' have that of 'eth0'/,
  );
});

function network(...subnets: SubnetRecord[]): NetworkRecord {
  return {
    id: "f".repeat(64),
    name: "front",
    createdAt: "2026-01-02T15:04:05Z",
    driver: "bridge",
    subnets,
    internal: false,
    isolate: false,
    labels: {},
  };
}

function tenant(address: string): Tenant {
  const bytes = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return {
    name: `of ${address}`,
    endpoint: {
      network: "f".repeat(64),
      addresses: [address],
      macAddress: ["02", "42", ...bytes].join(":"),
      aliases: [],
      interface: "eth0",
    },
  };
}
