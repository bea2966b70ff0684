import type { BunFile } from "../bun_file.ts";
import { testBad, testGood } from "../testing/cases.ts";

const DEFAULTS = {
  scheme: "http",
  interval: 30_000,
  timeout: 30_000,
  retries: 3,
  start_period: 0,
  start_interval: 5_000,
  on_unhealthy: "restart",
  disable: false,
} as BunFile["healthcheck"];

testGood([
  ["name: web", { healthcheck: undefined }],
  ["healthcheck: {path: /health}", { healthcheck: { ...DEFAULTS!, path: "/health" } }],
  [
    "healthcheck: {path: /, port: 81, scheme: https, expect: {status: 200-299, body: ok}, interval: 5, timeout: 1m, " +
    "retries: 1, start_period: 10s, start_interval: 500ms, on_unhealthy: none}",
    {
      healthcheck: {
        ...DEFAULTS!,
        path: "/",
        port: 81,
        scheme: "https",
        expect: { status: { from: 200, to: 299 }, body: "ok" },
        interval: 5_000,
        timeout: 60_000,
        retries: 1,
        start_period: 10_000,
        start_interval: 500,
        on_unhealthy: "none",
      },
    },
  ],
  ["healthcheck: {path: /, expect: 204}", {
    healthcheck: { ...DEFAULTS!, path: "/", expect: { status: { from: 204, to: 204 }, body: undefined } },
  }],
  ["healthcheck: {tcp: 5432}", { healthcheck: { ...DEFAULTS!, tcp: 5432 } }],
  ["healthcheck: {command: pg_isready -q}", {
    healthcheck: { ...DEFAULTS!, command: ["CMD-SHELL", "pg_isready -q"] },
  }],
  ["healthcheck: {command: [pg_isready, -q]}", {
    healthcheck: { ...DEFAULTS!, command: ["CMD", "pg_isready", "-q"] },
  }],
  ["healthcheck: {disable: true}", { healthcheck: { ...DEFAULTS!, disable: true } }],
]);

testBad([
  [
    "healthcheck: /health",
    "1:14: healthcheck is '/health'; expected a map of keys such as path, port, scheme",
  ],
  ["healthcheck: {}", "1:14: healthcheck.path is a map; a check needs one of path, tcp, command, disable"],
  [
    "healthcheck: {path: health}",
    "1:21: healthcheck.path is 'health'; expected a path of the web server, such as /health",
  ],
  [
    "healthcheck: {path: /, tcp: 80}",
    "1:29: healthcheck.tcp is '80'; only one of path, tcp, command may be given",
  ],
  [
    "healthcheck: {path: /, disable: true}",
    "1:21: healthcheck.path is '/'; a check that is disabled has no path, tcp or command",
  ],
  [
    "healthcheck: {tcp: 80, scheme: https}",
    "1:32: healthcheck.scheme is 'https'; scheme is for path only",
  ],
  [
    "healthcheck: {tcp: 80, interval: 0, retries: 0, timeout: soon}",
    "1:34: healthcheck.interval is '0'; interval and timeout have to be longer than 0",
    "1:46: healthcheck.retries is '0'; expected a whole number from 1 to 1000",
    "1:58: healthcheck.timeout is 'soon'; expected seconds, or a duration such as 500ms, 30s, 1m30s",
  ],
  [
    "healthcheck: {path: /, expect: {status: 299-200, bdy: x}}",
    "1:41: healthcheck.expect.status is '299-200'; expected a status from 100 to 599, or a range such as 200-299",
    "1:50: unknown key 'bdy' in healthcheck.expect; did you mean 'body'? The keys are status, body",
  ],
  ["healthcheck: {command: []}", "1:24: healthcheck.command is a list; expected a program and its arguments"],
  [
    "healthcheck: {tcp: 80, on_unhealthy: reboot}",
    "1:38: healthcheck.on_unhealthy is 'reboot'; expected one of restart, stop, none",
  ],
  [
    "healthcheck: {test: x, tcp: 1}",
    "1:15: unknown key 'test' in healthcheck; write command",
  ],
]);
