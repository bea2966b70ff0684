import { byKind, list, transform } from "../../yaml/types/collection.ts";
import { exclusive, object, optional, shortFor, withDefault } from "../../yaml/types/object.ts";
import { boolean, choice, duration, integer, text, word } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";
import { port } from "./words.ts";

/** HTTP status codes that count as healthy, both ends included. */
export interface StatusRange {
  from: number;
  to: number;
}

const statusRange: Type<StatusRange> = word({
  words: "a status from 100 to 599, or a range such as 200-299",
  json: {
    anyOf: [
      { type: "integer", minimum: 100, maximum: 599 },
      { type: "string", pattern: "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$" },
    ],
  },
  parse(text) {
    if (!/^[1-5]\d{2}(-[1-5]\d{2})?$/.test(text)) return undefined;
    const [from, to = from] = text.split("-").map(Number);
    return from <= to ? { from, to } : undefined;
  },
});

const expectation = object({
  status: withDefault(statusRange, "200-399", {
    about: "The HTTP status, or a range of them, of a healthy answer.",
    example: "200-299",
  }),
  body: optional(text(), {
    about: "A text that the body of a healthy answer holds.",
    example: "ready",
    otherwise: "the body is not looked at",
  }),
});

/** A text is for the image's shell, as docker has it (CMD-SHELL). */
const healthCommand: Type<string[]> = byKind({
  scalar: transform(text("a command for the image's shell", /[^]/), (command) => ["CMD-SHELL", command]),
  list: transform(list(text()), (words, place, node) => {
    return words.length > 0 ? ["CMD", ...words] : place.refuse(node, "a program and its arguments");
  }),
});

/** Keys that each say how to check. */
const CHECKS = ["path", "tcp", "command"] as const;

/** One way to check, how often, and what follows. */
export const healthcheck = object({
  path: optional(text("a path of the web server, such as /health", /^\/[^\s]*$/), {
    about: "Ask the program by HTTP for this path. Asked from the host: the image needs no curl.",
    example: "/health",
    otherwise: "no HTTP check",
  }),
  port: optional(port, {
    about: "The container's port that `path` is asked of.",
    example: "8080",
    otherwise: "the first container port of `ports`, or the first that the image exposes",
  }),
  scheme: withDefault(choice("http", "https"), "http", {
    about: "How `path` is asked. With https the certificate is not verified: it is the container's own.",
    example: "https",
  }),
  expect: optional(byKind({ scalar: shortFor(expectation, "status", statusRange), map: expectation }), {
    about: "What a healthy answer to `path` looks like. A text is the status alone.",
    example: "{ status: 200-299, body: ready }",
    otherwise: "a status from 200 to 399",
  }),
  tcp: optional(port, {
    about: "Connect to this port of the container. Tried from the host.",
    example: "5432",
    otherwise: "no TCP check",
  }),
  command: optional(healthCommand, {
    about:
      "Run this in the container; status 0 is healthy. A text is run by the image's `/bin/sh -c`, a list as it is.",
    example: "[pg_isready, -U, postgres]",
    otherwise: "no command",
  }),
  interval: withDefault(duration, "30s", {
    about: "Between the end of a check and the next one.",
    example: "10s",
  }),
  timeout: withDefault(duration, "30s", { about: "A check that takes longer has failed.", example: "5s" }),
  retries: withDefault(integer({ min: 1, max: 1000 }), 3, {
    about: "So many failures in a row make a container unhealthy.",
    example: "5",
  }),
  start_period: withDefault(duration, "0s", {
    about: "Time to start up, in which failures do not count.",
    example: "1m",
  }),
  start_interval: withDefault(duration, "5s", {
    about: "Between checks in the start period, until the first success.",
    example: "1s",
  }),
  on_unhealthy: withDefault(choice("restart", "stop", "none"), "restart", {
    about: "What is done with an unhealthy container.",
    example: "stop",
  }),
  disable: withDefault(boolean, false, {
    about: "Do not check, and ignore the image's own HEALTHCHECK.",
    example: "true",
  }),
}, {
  rules: [
    exclusive(...CHECKS),
    {
      about: "a check that is disabled has no path, tcp or command",
      broken: ({ disable }, written) => disable ? CHECKS.find((key) => written.has(key)) : undefined,
    },
    {
      about: "a check needs one of path, tcp, command, disable",
      broken: (_value, written) =>
        [...CHECKS, "disable"].some((key) => written.has(key)) ? undefined : "path",
      json: { anyOf: [...CHECKS, "disable"].map((key) => ({ required: [key] })) },
    },
    ...(["port", "scheme", "expect"] as const).map((key) => ({
      about: `${key} is for path only`,
      broken: (_value: unknown, written: ReadonlySet<string>) =>
        written.has(key) && !written.has("path") ? key : undefined,
      json: { dependentRequired: { [key]: ["path"] } },
    })),
    {
      about: "interval and timeout have to be longer than 0",
      broken: ({ interval, timeout }) => interval === 0 ? "interval" : timeout === 0 ? "timeout" : undefined,
    },
  ],
  elsewhere: { test: "command", url: "path", http: "path", cmd: "command", on_failure: "on_unhealthy" },
});
