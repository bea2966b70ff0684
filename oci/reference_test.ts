import assert from "node:assert/strict";
import {
  familiarName,
  familiarReference,
  formatReference,
  InvalidReferenceError,
  parseReference,
} from "./reference.ts";

const DIGEST = `sha256:${"a1".repeat(32)}`;

const NORMALISED: Record<string, { full: string; familiar?: string }> = {
  "nginx": { full: "docker.io/library/nginx:latest", familiar: "nginx:latest" },
  "nginx:1.25": { full: "docker.io/library/nginx:1.25" },
  "docker.io/nginx": { full: "docker.io/library/nginx:latest", familiar: "nginx:latest" },
  "index.docker.io/nginx": { full: "docker.io/library/nginx:latest", familiar: "nginx:latest" },
  "docker.io/library/nginx:1": { full: "docker.io/library/nginx:1", familiar: "nginx:1" },
  "grafana/grafana": { full: "docker.io/grafana/grafana:latest", familiar: "grafana/grafana:latest" },
  "library/a/b": { full: "docker.io/library/a/b:latest", familiar: "library/a/b:latest" },
  "localhost/web": { full: "localhost/web:latest", familiar: "localhost/web:latest" },
  "localhost:5000/web:2": { full: "localhost:5000/web:2" },
  "[::1]:5000/web": { full: "[::1]:5000/web:latest", familiar: "[::1]:5000/web:latest" },
  "ghcr.io/a/b/c_d__e-f.g": {
    full: "ghcr.io/a/b/c_d__e-f.g:latest",
    familiar: "ghcr.io/a/b/c_d__e-f.g:latest",
  },
  "Registry/web": { full: "Registry/web:latest", familiar: "Registry/web:latest" },
  [`nginx@${DIGEST}`]: { full: `docker.io/library/nginx@${DIGEST}` },
  [`nginx:1@${DIGEST}`]: { full: `docker.io/library/nginx:1@${DIGEST}` },
};

for (const [text, { full, familiar = text }] of Object.entries(NORMALISED)) {
  Deno.test(`parseReference() reads '${text.slice(0, 40)}' as docker does`, () => {
    const reference = parseReference(text);
    assert.equal(formatReference(reference), full);
    assert.equal(familiarReference(reference), familiar);
    assert.deepEqual(parseReference(full), reference);
  });
}

const REFUSED = [
  "",
  " ",
  "Nginx",
  "docker.io/Nginx",
  "nginx:",
  "nginx:.tag",
  "nginx:a b",
  `nginx:${"t".repeat(129)}`,
  "nginx@sha256:abc",
  `nginx@sha512:${"a".repeat(128)}`,
  `nginx@${DIGEST.toUpperCase()}`,
  "a..b/c",
  "a___b",
  "-a",
  "a/",
  "/a",
  "a//b",
  "localhost:99999/web",
  "localhost:0/web",
  "../../etc/passwd",
  "host:5000/../x",
  "a\0b",
  "a\nb",
  "a1".repeat(32),
  "https://registry.example.com/web",
  "user:pass@registry.example.com/web",
  "x".repeat(256),
];

for (const text of REFUSED) {
  Deno.test(`parseReference() refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.throws(() => parseReference(text), InvalidReferenceError);
  });
}

Deno.test("parseReference() does not repeat a name of 10,000 bytes in its message", () => {
  assert.throws(() => parseReference("x".repeat(10_000)), (error: Error) => error.message.length < 300);
});

Deno.test("familiarName() leaves tag and digest away", () => {
  assert.equal(familiarName(parseReference(`nginx:1@${DIGEST}`)), "nginx");
  assert.equal(familiarName(parseReference("localhost:5000/web:2")), "localhost:5000/web");
});
