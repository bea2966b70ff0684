import assert from "node:assert/strict";
import { parse } from "yaml";
import { bunJsonSchema } from "./json_schema.ts";
import { conforms } from "./testing/conforms.ts";

const schema = bunJsonSchema();
const isGood = (text: string) => conforms(parse(text, { merge: true }), schema);

Deno.test("the JSON Schema accepts example.bun", () => {
  assert(isGood(Deno.readTextFileSync(new URL("../../example.bun", import.meta.url))));
});

for (
  const text of [
    "[]",
    "image: a",
    'version: "1.0"',
    'version: "2.0"\nimage: a',
    'version: "1.0"\nimage: a\nprots: []',
    'version: "1.0"\nimage: {docker_image: a, comand: b}',
    'version: "1.0"\nimage: a\ntty: 1',
    'version: "1.0"\nimage: a\nports: [{container_port: 70000}]',
    'version: "1.0"\nimage: a\nports: [{host_port: 80}]',
    'version: "1.0"\nimage: a\nname: "a b"',
    'version: "1.0"\nimage: a\nnetwork: none\nnetworks: [ab]',
    'version: "1.0"\nimage: a\nresources: {memory_swap: 1g}',
    'version: "1.0"\nimage: a\nresources: {cpus: 1, cpu_quota: 5000}',
    'version: "1.0"\nimage: a\nhealthcheck: {path: /, tcp: 1}',
    'version: "1.0"\nimage: a\nhealthcheck: {tcp: 1, scheme: http}',
    'version: "1.0"\nimage: a\nhealthcheck: {retries: 1}',
    'version: "1.0"\nimage: a\nvolumes: [{source: ab, target: x}]',
  ]
) {
  Deno.test(`the JSON Schema refuses ${text.replaceAll("\n", "⏎")}`, () => assert(!isGood(text)));
}
