import assert from "node:assert/strict";
import type { ContainerView } from "../../engine/view.ts";
import type { ContainerOptions } from "../../store/container.ts";
import type { PublishedPort } from "../../store/network.ts";
import { sampleView } from "../testing/sample.ts";
import { boundPorts, exposedPorts, portsText } from "./ports.ts";

const NETWORK: Partial<ContainerOptions> = {
  network: "networks",
  networks: [{ name: "budgie0", addresses: [], aliases: [] }],
};

function port(hostPort: number, containerPort: number, more: Partial<PublishedPort> = {}): PublishedPort {
  return { hostPort, containerPort, protocol: "tcp", reach: "lan", ...more };
}

function viewOf(
  published: PublishedPort[],
  options: Partial<ContainerOptions> = {},
  view: Partial<ContainerView> = {},
): ContainerView {
  return sampleView(view, { published }, { ...NETWORK, ...options });
}

const here = { hostIp: "127.0.0.1" };

/** What docker 28 prints for the same. */
const COLUMNS: [text: string, published: PublishedPort[], expose?: string[]][] = [
  ["", []],
  ["0.0.0.0:8080->80/tcp, [::]:8080->80/tcp", [port(8080, 80)]],
  ["127.0.0.1:8080->80/tcp", [port(8080, 80, here)]],
  ["[::1]:8080->80/tcp", [port(8080, 80, { hostIp: "::1" })]],
  ["127.0.0.1:8080->80/tcp, [::1]:8080->80/tcp", [port(8080, 80, { reach: "host" })]],
  ["0.0.0.0:80->80/tcp, [::]:80->80/tcp", [port(80, 80)]],
  ["80/tcp, 443/tcp", [], ["443/tcp", "80/tcp"]],
  ["80-82/tcp", [], ["80/tcp", "81/tcp", "82/tcp"]],
  ["443/tcp, 127.0.0.1:8080->80/tcp", [port(8080, 80, here)], ["80/tcp", "443/tcp"]],
  ["127.0.0.1:80-82->80-82/tcp", [port(81, 81, here), port(80, 80, here), port(82, 82, here)]],
  ["127.0.0.1:8000->80/tcp, 127.0.0.1:8001->81/tcp", [port(8000, 80, here), port(8001, 81, here)]],
  ["127.0.0.1:53->53/tcp, 127.0.0.1:53->53/udp", [
    port(53, 53, { ...here, protocol: "udp" }),
    port(53, 53, here),
  ]],
  ["80/tcp, 82/tcp, 81/udp", [], ["80/tcp", "81/udp", "82/tcp"]],
  ["127.0.0.1:8080->80/tcp, 127.0.0.1:8081->80/tcp", [port(8081, 80, here), port(8080, 80, here)]],
];

Deno.test("portsText() is docker's column", () => {
  for (const [text, published, expose = []] of COLUMNS) {
    assert.equal(portsText(viewOf(published, { expose })), text);
  }
});

Deno.test("portsText() of what does not run, or has no ports of its own, is empty", () => {
  const [published, expose] = [[port(8080, 80)], ["90/tcp"]];
  assert.equal(portsText(viewOf(published, { expose }, { status: "exited" })), "");
  assert.equal(portsText(viewOf(published, { expose }, { status: "restarting" })), "");
  assert.notEqual(portsText(viewOf(published, { expose }, { status: "paused" })), "");
  for (const network of ["host", "none", "container"] as const) {
    assert.equal(portsText(viewOf([], { expose, network, networks: [] })), "", network);
  }
});

Deno.test("boundPorts() has a published port once for each address, by the container's port", () => {
  const bound = boundPorts(viewOf([port(9000, 90, here), port(8080, 80)]));
  assert.deepEqual(bound.map(({ hostIp, hostPort }) => [hostIp, hostPort]), [
    ["0.0.0.0", 8080],
    ["::", 8080],
    ["127.0.0.1", 9000],
  ]);
});

Deno.test("exposedPorts() are those of the image, of --expose and of -p, each once", () => {
  const { record } = viewOf([], {
    expose: ["90/tcp", "80/tcp"],
    ports: [{ containerPort: 53, protocol: "udp", reach: "lan" }, {
      containerPort: 80,
      protocol: "tcp",
      reach: "lan",
    }],
  });
  record.image.config = { ExposedPorts: { "80/tcp": {}, "70": {}, "1\x1b[2J": {}, "80-90/tcp": {} } };
  assert.deepEqual(exposedPorts(record), ["70/tcp", "80/tcp", "90/tcp", "53/udp"]);
});
