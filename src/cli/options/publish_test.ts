import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import type { PortOption } from "../../store/network.ts";
import { parseExpose, parsePublish, publishOptions } from "./publish.ts";

/** `ip host container/protocol reach`, with only what is there. */
function show({ containerPort, protocol, hostPort, hostIp, reach }: PortOption): string {
  const host = hostPort &&
    (hostPort.from === hostPort.to ? hostPort.from : `${hostPort.from}-${hostPort.to}`);
  return [hostIp, host ?? "any", `${containerPort}/${protocol}`, reach].filter((part) => part).join(" ");
}

const GOOD: Record<string, string[]> = {
  "80": ["any 80/tcp lan"],
  "8080:80": ["8080 80/tcp lan"],
  "127.0.0.1::80": ["127.0.0.1 any 80/tcp lan"],
  "[::1]:80:80/udp": ["::1 80 80/udp lan"],
  "8000-8001:80-81": ["8000 80/tcp lan", "8001 81/tcp lan"],
  "8000-8001:80": ["8000-8001 80/tcp lan"],
  "8080:80/tcp,publish=host": ["8080 80/tcp host"],
  "80,publish=lan": ["any 80/tcp lan"],
  "published=8080,target=80": ["8080 80/tcp lan"],
  "target=53,published=53,protocol=udp,mode=host": ["53 53/udp lan"],
  "target=80": ["any 80/tcp lan"],
  "target=80-81,published=8080-8081,host_ip=::1,publish=host": [
    "::1 8080 80/tcp host",
    "::1 8081 81/tcp host",
  ],
  "host_ip=10.0.0.1,target=80": ["10.0.0.1 any 80/tcp lan"],
};

Deno.test("-p takes docker's short and long form, and who may connect", () => {
  for (const [text, expected] of Object.entries(GOOD)) {
    assert.deepEqual(parsePublish(text).map(show), expected, text);
  }
});

const BAD: Record<string, string> = {
  "": "expected a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp",
  "http:80": "expected a text such as 8080:80, 127.0.0.1:8080:80/tcp, 53:53/udp",
  "70000:80": "expected ports from 1 to 65535, such as 8080:80",
  "8000-8002:80-81": "expected as many host ports as container ports, such as 8000-8002:80-82",
  "80/icmp": "expected one of tcp, udp, sctp after the slash",
  "host:80:80": "expected an IP address first, such as 127.0.0.1:8080:80",
  "8080:80,publish=world": "publish is 'host', for this machine alone, or 'lan', not 'world'",
  "8080:80,publish": "'publish' needs a value",
  "8080:80,target=80": "what may follow the ports is publish=host or publish=lan",
  "8080:80,": "there is no key '', only target, published, protocol, host_ip, publish, mode",
  "published=8080": "it has no target, the port of the container",
  "target=80,port=1": "there is no key 'port', only target, published, protocol, host_ip, publish, mode",
  "target=80,host_ip=here": "expected an IP address first, such as 127.0.0.1:8080:80",
};

Deno.test("-p says what is wrong, with the whole word", () => {
  for (const [text, reason] of Object.entries(BAD)) {
    assert.throws(() => parsePublish(text), {
      name: "UsageError",
      message: `Cannot use -p '${text}': ${reason}`,
    });
  }
});

Deno.test("two -p can't have the same port of the host, and can differ in address, protocol or port", () => {
  const of = (...texts: string[]) => publishOptions(texts.map(parsePublish)).map(show);
  const clashes = [
    ["8080:80", "8080:81"],
    ["8080:80", "127.0.0.1:8080:80"],
    ["0.0.0.0:8080:80", "10.0.0.1:8080:80"],
    ["[::]:8080:80", "[::1]:8080:80"],
    ["8000-8002:80-82", "8001:90"],
  ];
  for (const [first, second] of clashes) {
    assert.throws(() => of(first, second), /^UsageError: Cannot publish host port 80\d\d\/tcp twice/, second);
    assert.throws(() => of(second, first), UsageError);
  }
  const together = [
    ["8080:80", "8080:80/udp"],
    ["127.0.0.1:8080:80", "10.0.0.1:8080:80"],
    ["0.0.0.0:8080:80", "[::]:8080:80"],
    ["80", "80"],
    ["8000-8001:80", "8000-8001:81"],
    ["8080:80", "8081:80"],
  ];
  for (const texts of together) assert.equal(of(...texts).length, 2, texts.join());
});

Deno.test("--expose takes ports and ranges, and nothing of the host", () => {
  assert.deepEqual(parseExpose("80"), ["80/tcp"]);
  assert.deepEqual(parseExpose("5000-5001/udp"), ["5000/udp", "5001/udp"]);
  for (const text of ["", "80:80", "0", "80/icmp", "http"]) {
    assert.throws(() => parseExpose(text), /^UsageError: Cannot use --expose '.*': expected /, text);
  }
});
