import assert from "node:assert/strict";
import type { NetworkMode } from "../store/container.ts";
import { hostsText } from "./hosts_text.ts";

const container = (network: NetworkMode, extraHosts: { name: string; address: string }[] = []) => ({
  network,
  extraHosts,
});
const NETWORK = {
  addresses: ["172.20.0.2", "fd00::2"],
  names: ["web", "www"],
  gateways: ["172.20.0.1", "fd00::1"],
  peers: [],
};

/** The lines behind those that are always the same. */
function ownLines(text: string): string[] {
  const [, own] = text.split("ff02::2\tip6-allrouters\n");
  return own.split("\n").slice(0, -1);
}

Deno.test("a container in networks has its names at each of its addresses", () => {
  const text = hostsText({ hostname: "bird", container: container("networks"), network: NETWORK });
  assert.match(text, /^127\.0\.0\.1\tlocalhost\n::1\tlocalhost /);
  assert.deepEqual(ownLines(text), ["172.20.0.2\tbird web www", "fd00::2\tbird web www"]);
});

Deno.test("other containers come last, by all their names", () => {
  const network = { ...NETWORK, peers: [{ address: "172.20.0.3", names: ["db", "store"] }] };
  const text = hostsText({ hostname: "bird", container: container("networks"), network });
  assert.deepEqual(ownLines(text).slice(1), ["fd00::2\tbird web www", "172.20.0.3\tdb store"]);
});

Deno.test("a name stands there once, also if it is the hostname", () => {
  const text = hostsText({ hostname: "web", container: container("networks"), network: NETWORK });
  assert.deepEqual(ownLines(text)[0], "172.20.0.2\tweb www");
});

Deno.test("a hostname with a domain is known without it too", () => {
  const text = hostsText({ hostname: "bird.example.com", container: container("none") });
  assert.deepEqual(ownLines(text), ["127.0.0.1\tbird.example.com bird"]);
});

Deno.test("a container without networks has its name on loopback", () => {
  assert.deepEqual(ownLines(hostsText({ hostname: "bird", container: container("none") })), [
    "127.0.0.1\tbird",
  ]);
});

Deno.test("the user's hosts come before the container's own, and host-gateway is the host's addresses", () => {
  const extra = [{ name: "web", address: "1.2.3.4" }, { name: "host", address: "host-gateway" }];
  const text = hostsText({ hostname: "bird", container: container("networks", extra), network: NETWORK });
  assert.deepEqual(ownLines(text).slice(0, 3), ["1.2.3.4\tweb", "172.20.0.1\thost", "fd00::1\thost"]);
});

Deno.test("a container with the host's network has the host's file, the user's hosts and loopback as gateway", () => {
  const extra = [{ name: "host", address: "host-gateway" }];
  const options = { hostname: "machine", container: container("host", extra) };
  assert.equal(hostsText(options, "127.0.1.1 machine"), "127.0.1.1 machine\n127.0.0.1\thost\n");
  assert.equal(hostsText(options, ""), "127.0.0.1\thost\n");
});

Deno.test("host-gateway is refused where it means nothing", () => {
  const extra = [{ name: "host", address: "host-gateway" }];
  const message = /'host': the container has no network in which the host has an address/;
  assert.throws(() => hostsText({ hostname: "bird", container: container("none", extra) }), { message });
  const lan = { ...NETWORK, gateways: [] };
  assert.throws(
    () => hostsText({ hostname: "bird", container: container("networks", extra), network: lan }),
    {
      message,
    },
  );
});
