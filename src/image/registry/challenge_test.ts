import assert from "node:assert/strict";
import { parseChallenges } from "./challenge.ts";

Deno.test("parseChallenges() reads what Docker Hub sends", () => {
  const header =
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"';
  assert.deepEqual(parseChallenges(header), [{
    scheme: "bearer",
    parameters: {
      realm: "https://auth.docker.io/token",
      service: "registry.docker.io",
      scope: "repository:library/nginx:pull",
    },
  }]);
});

Deno.test("parseChallenges() keeps commas, escapes and several challenges apart", () => {
  const header = 'Basic realm="a \\"b\\", c", Bearer Realm=https, scope="x:y:pull,push"';
  assert.deepEqual(parseChallenges(header), [
    { scheme: "basic", parameters: { realm: 'a "b", c' } },
    { scheme: "bearer", parameters: { realm: "https", scope: "x:y:pull,push" } },
  ]);
});

for (const header of ["", ",,,", "=", 'Bearer realm="open', 'realm="x"', "Negotiate abc==", "\0"]) {
  Deno.test(`parseChallenges() survives ${JSON.stringify(header)}`, () => {
    assert.deepEqual(parseChallenges(header).flatMap(({ parameters }) => Object.keys(parameters)), []);
  });
}
