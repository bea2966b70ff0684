import assert from "node:assert/strict";
import {
  hostIpsOverlap,
  parseContainerPorts,
  parsePortSpec,
  type PortSpec,
  PortSpecError,
} from "./port_spec.ts";

/** `ip:from-to:container/protocol`, with only what is there. */
function show({ containerPort, protocol, hostPort, hostIp }: PortSpec): string {
  const host = hostPort &&
    (hostPort.from === hostPort.to ? hostPort.from : `${hostPort.from}-${hostPort.to}`);
  return [hostIp, host ?? "any", `${containerPort}/${protocol}`].filter((part) => part !== undefined).join(
    " ",
  );
}

const GOOD: Record<string, string[]> = {
  "80": ["any 80/tcp"],
  "80/UDP": ["any 80/udp"],
  ":80": ["any 80/tcp"],
  "0:80": ["any 80/tcp"],
  "8080:80": ["8080 80/tcp"],
  "8080:80/sctp": ["8080 80/sctp"],
  ":8080:80": ["8080 80/tcp"],
  "127.0.0.1::80": ["127.0.0.1 any 80/tcp"],
  "127.0.0.1:8080:80": ["127.0.0.1 8080 80/tcp"],
  "0.0.0.0:8080:80": ["0.0.0.0 8080 80/tcp"],
  "[::1]:80:80": ["::1 80 80/tcp"],
  "[::1]::80": ["::1 any 80/tcp"],
  "[FD00:0::1]:80:80/udp": ["fd00::1 80 80/udp"],
  "80-82": ["any 80/tcp", "any 81/tcp", "any 82/tcp"],
  "8000-8001:80-81": ["8000 80/tcp", "8001 81/tcp"],
  "8000-8001:80": ["8000-8001 80/tcp"],
  "10.0.0.1:8000-8001:80-81/udp": ["10.0.0.1 8000 80/udp", "10.0.0.1 8001 81/udp"],
  "65535:1": ["65535 1/tcp"],
};

Deno.test("parsePortSpec() reads every form of docker's", () => {
  for (const [text, expected] of Object.entries(GOOD)) {
    assert.deepEqual(parsePortSpec(text).map(show), expected, text);
  }
});

const BAD: Record<string, RegExp> = {
  "": /a text such as/,
  "http": /a text such as/,
  "8080:": /a text such as/,
  "80:80:80:80": /a text such as/,
  "::1:80:80": /a text such as/,
  "80/": /a text such as/,
  "127.0.0.1:80": /a text such as/,
  "[::1]:80": /a text such as/,
  "65536:80": /ports from 1 to 65535/,
  "80:0": /ports from 1 to 65535/,
  "0": /ports from 1 to 65535/,
  "82-80": /ports from 1 to 65535/,
  "80-81-82": /ports from 1 to 65535/,
  "0-5:80": /ports from 1 to 65535/,
  "8000-8002:80-81": /as many host ports/,
  "8000:80-81": /as many host ports/,
  "80/icmp": /one of tcp, udp, sctp/,
  "localhost:80:80": /an IP address first/,
  "256.0.0.1:80:80": /an IP address first/,
  "[127.0.0.1]:80:80": /an IP address first/,
  "[fe80::1%eth0]:80:80": /an IP address first/,
};

Deno.test("parsePortSpec() says of anything else what it expected", () => {
  for (const [text, expected] of Object.entries(BAD)) {
    assert.throws(() => parsePortSpec(text), (error) => {
      assert.ok(error instanceof PortSpecError, text);
      assert.match(error.expected, expected, text);
      return true;
    }, text);
  }
});

Deno.test("parseContainerPorts() knows of no host", () => {
  assert.deepEqual(parseContainerPorts("80"), { ports: { from: 80, to: 80 }, protocol: "tcp" });
  assert.deepEqual(parseContainerPorts("5000-5001/udp"), {
    ports: { from: 5000, to: 5001 },
    protocol: "udp",
  });
  for (const text of ["", "80:80", "0", "80/", "80/icmp", "2-1"]) {
    assert.throws(() => parseContainerPorts(text), PortSpecError, text);
  }
});

Deno.test("hostIpsOverlap() lets a port be at different addresses", () => {
  const overlap = (a?: string, b?: string) => hostIpsOverlap(a, b) && hostIpsOverlap(b, a);
  for (
    const [a, b] of [[undefined, undefined], [undefined, "::1"], ["0.0.0.0", "192.0.2.1"], ["::", "fd00::1"]]
  ) {
    assert.ok(overlap(a, b), `${a} ${b}`);
  }
  for (const [a, b] of [["0.0.0.0", "::"], ["192.0.2.1", "192.0.2.2"], ["::", "192.0.2.1"]]) {
    assert.ok(!overlap(a, b), `${a} ${b}`);
  }
});
