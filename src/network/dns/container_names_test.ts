import assert from "node:assert/strict";
import { TYPE } from "../../base/dns/message.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { BalanceOption, Endpoint, NetworkRecord } from "../../store/network.ts";
import { ContainerNames } from "./container_names.ts";

const FRONT = { id: "f".repeat(64), subnets: [{ subnet: "10.1.0.0/24", gateway: "10.1.0.1" }] };
const BACK = {
  id: "b".repeat(64),
  subnets: [{ subnet: "10.2.0.0/24", gateway: "10.2.0.1" }, { subnet: "fd02::/64", gateway: "fd02::1" }],
};

function network(record: Pick<NetworkRecord, "id" | "subnets"> & Partial<NetworkRecord>): NetworkRecord {
  return {
    name: record.id.slice(0, 1),
    createdAt: "",
    driver: "bridge",
    internal: false,
    isolate: false,
    labels: {},
    ...record,
  };
}

interface Member {
  endpoints: { network: string; addresses: string[]; aliases?: string[] }[];
  id?: string;
  balance?: BalanceOption;
  seen?: "running" | "unhealthy" | "stopped";
}

/** The containers by name, seen as they say; all run unless they say otherwise. */
function namesOf(members: Record<string, Member>, networks = [network(FRONT), network(BACK)]) {
  const containers = Object.entries(members).map(([name, { endpoints, id, balance }], index) => ({
    id: id ?? index.toString(16).padStart(64, "0"),
    name,
    options: { balance },
    endpoints: endpoints.map((endpoint, index): Endpoint => ({
      aliases: [],
      macAddress: "",
      interface: `eth${index}`,
      ...endpoint,
    })),
  } as unknown as ContainerRecord));
  const names = new ContainerNames(
    {
      containers: Object.fromEntries(containers.map((record) => [record.id, record])),
      networks: Object.fromEntries(networks.map((record) => [record.id, record])),
    },
    {
      look: ({ name }) => members[name].seen ?? "running",
      flock: (name) => name === "printer" ? ["192.168.1.9"] : [],
    },
  );
  return (name: string, client: string, type: number = TYPE.A) => names.answer({ name, type, client });
}

const inFront = (address: string, more: Partial<Member> = {}, aliases: string[] = []): Member => ({
  endpoints: [{ network: FRONT.id, addresses: [address], aliases }],
  ...more,
});
const inBack = (address: string, address6: string, more: Partial<Member> = {}): Member => ({
  endpoints: [{ network: BACK.id, addresses: [address, address6] }],
  ...more,
});

Deno.test("a container is known by name, alias and short ID, whatever their case", () => {
  const id = "0123456789abcdef".repeat(4);
  const answer = namesOf({ Web: inFront("10.1.0.2", { id }, ["WWW"]), db: inFront("10.1.0.3") });
  for (const name of ["web", "www", id.slice(0, 12)]) {
    assert.deepEqual(answer(name, "10.1.0.3"), { addresses: ["10.1.0.2"] }, name);
  }
  assert.equal(answer(id.slice(0, 11), "10.1.0.3"), undefined);
  assert.equal(answer("example.com", "10.1.0.3"), undefined);
});

Deno.test("a container knows itself, and the host by the gateway's address all in that network", () => {
  const answer = namesOf({ web: inFront("10.1.0.2"), db: inBack("10.2.0.2", "fd02::2") });
  assert.deepEqual(answer("web", "10.1.0.2"), { addresses: ["10.1.0.2"] });
  assert.deepEqual(answer("web", "10.1.0.1"), { addresses: ["10.1.0.2"] });
  assert.equal(answer("db", "10.1.0.1"), undefined);
});

Deno.test("containers of other networks are not known, nor is anything to strangers", () => {
  const answer = namesOf({ web: inFront("10.1.0.2"), db: inBack("10.2.0.2", "fd02::2") });
  assert.equal(answer("db", "10.1.0.2"), undefined);
  assert.equal(answer("web", "fd02::2"), undefined);
  for (const name of ["web", "2.0.1.10.in-addr.arpa", "printer.budgie"]) {
    assert.equal(answer(name, "10.1.0.99"), undefined);
    assert.equal(answer(name, "192.168.1.7"), undefined);
  }
});

Deno.test("one in several networks is known in each by its addresses there, and knows all", () => {
  const both: Member = {
    endpoints: [
      { network: BACK.id, addresses: ["10.2.0.3", "fd02::3"], aliases: ["inner"] },
      { network: FRONT.id, addresses: ["10.1.0.3"], aliases: ["outer"] },
    ],
  };
  const answer = namesOf({ web: inFront("10.1.0.2"), db: inBack("10.2.0.2", "fd02::2"), both });
  assert.deepEqual(answer("both", "10.1.0.2"), { addresses: ["10.1.0.3"] });
  assert.deepEqual(answer("outer", "10.1.0.2"), { addresses: ["10.1.0.3"] });
  assert.equal(answer("inner", "10.1.0.2"), undefined);
  for (const client of ["10.1.0.3", "10.2.0.3", "fd02::3"]) {
    assert.deepEqual(answer("web", client), { addresses: ["10.1.0.2"] }, client);
    const found = answer("db", client) as { addresses: string[] };
    assert.deepEqual(found.addresses.toSorted(), ["10.2.0.2", "fd02::2"], client);
  }
});

Deno.test("one that does not run is not known", () => {
  const answer = namesOf({ web: inFront("10.1.0.2", { seen: "stopped" }), db: inFront("10.1.0.3") });
  assert.equal(answer("web", "10.1.0.3"), undefined);
  assert.equal(answer("2.0.1.10.in-addr.arpa", "10.1.0.3"), "no such name");
});

Deno.test("in an isolated network, a container knows itself alone", () => {
  const networks = [network({ ...FRONT, isolate: true })];
  const answer = namesOf({ web: inFront("10.1.0.2"), db: inFront("10.1.0.3") }, networks);
  assert.equal(answer("web", "10.1.0.3"), undefined);
  assert.equal(answer("2.0.1.10.in-addr.arpa", "10.1.0.3"), "no such name");
  assert.deepEqual(answer("db", "10.1.0.3"), { addresses: ["10.1.0.3"] });
  assert.deepEqual(answer("web", "10.1.0.1"), { addresses: ["10.1.0.2"] });
});

Deno.test("a group answers with its healthy members, by their own names the others are still known", () => {
  const balance: BalanceOption = { group: "web", method: "round-robin" };
  const answer = namesOf({
    "web-1": inFront("10.1.0.2", { balance }),
    "web-2": inFront("10.1.0.3", { balance, seen: "unhealthy" }, ["Web"]),
    "web-3": inFront("10.1.0.4", { balance }),
    "web-4": inFront("10.1.0.5", { balance, seen: "stopped" }),
  });
  const found = answer("web", "10.1.0.2") as { addresses: string[] };
  assert.deepEqual(found.addresses.toSorted(), ["10.1.0.2", "10.1.0.4"]);
  assert.deepEqual(answer("web-2", "10.1.0.2"), { addresses: ["10.1.0.3"] });
});

Deno.test("those with one name take turns, for each type by itself", () => {
  const answer = namesOf({
    a: inFront("10.1.0.2", {}, ["www"]),
    b: inFront("10.1.0.3", {}, ["www"]),
    c: inFront("10.1.0.4", {}, ["www"]),
  });
  const firsts = Array.from({ length: 6 }, () => {
    answer("www", "10.1.0.2", TYPE.AAAA); // libc asks for both, one after the other
    return (answer("www", "10.1.0.2") as { addresses: string[] }).addresses[0];
  });
  assert.equal(new Set(firsts.slice(0, 3)).size, 3);
  assert.deepEqual(firsts.slice(0, 3), firsts.slice(3));
});

Deno.test("addresses of our subnets have names, or none, but nobody else is asked", () => {
  const answer = namesOf({
    web: inFront("10.1.0.2"),
    db: inBack("10.2.0.2", "fd02::2"),
    ["long".repeat(20)]: inFront("10.1.0.9"),
  });
  const reverse6 = `2${".0".repeat(27)}.2.0.d.f.ip6.arpa`;
  assert.deepEqual(answer("2.0.1.10.in-addr.arpa", "10.1.0.2"), { names: ["web"] });
  assert.deepEqual(answer(reverse6, "10.2.0.2"), { names: ["db"] });
  assert.deepEqual(answer("9.0.1.10.in-addr.arpa", "10.1.0.2"), { names: ["000000000000"] }); // too long for DNS
  assert.equal(answer(reverse6, "10.1.0.2"), "no such name");
  assert.equal(answer("77.0.1.10.in-addr.arpa", "10.1.0.2"), "no such name");
  assert.equal(answer("8.8.8.8.in-addr.arpa", "10.1.0.2"), undefined);
});

Deno.test("names of the LAN are never asked of others", () => {
  const answer = namesOf({ web: inFront("10.1.0.2"), "own.budgie": inFront("10.1.0.3") });
  assert.deepEqual(answer("printer.budgie", "10.1.0.2"), { addresses: ["192.168.1.9"] });
  assert.equal(answer("other.budgie", "10.1.0.2"), "no such name");
  assert.deepEqual(answer("own.budgie", "10.1.0.2"), { addresses: ["10.1.0.3"] });
});
