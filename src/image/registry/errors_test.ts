import assert from "node:assert/strict";
import { connectionError } from "./errors.ts";

const REFUSED = new TypeError(
  "error sending request for url (https://one.example/v2/): client error (Connect): tcp connect error: " +
    "Connection refused (os error 111)",
);

Deno.test("connectionError() says which host refuses, without the URL", () => {
  const { message, hint } = connectionError("fetch it", { host: "one.example" }, REFUSED);
  assert.equal(message, "Cannot fetch it: 'one.example' refused the connection");
  assert.match(hint!, /registry is running/);
});

Deno.test("connectionError() thinks of the proxy where there is one", () => {
  const peer = { host: "one.example", proxyVariable: "HTTPS_PROXY" };
  assert.match(connectionError("fetch it", peer, REFUSED).hint!, /proxy in HTTPS_PROXY.*NO_PROXY/);
});
