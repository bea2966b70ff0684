import assert from "node:assert/strict";
import { digestOf } from "../../../oci/digest.ts";
import { NotFoundError } from "../../base/errors.ts";
import { imageFilter, referencePattern, withNamesLike } from "./image_filter.ts";
import { imageRow, namesOf } from "./image_row.ts";
import { NOW, sampleImage } from "../testing/sample.ts";

const MANIFEST = digestOf("manifest");

Deno.test("an image has a row for each of its names", () => {
  assert.deepEqual(namesOf(sampleImage()), [
    { repository: "bb", tag: "latest", digest: MANIFEST },
    { repository: "registry.example:5000/web", tag: "1", digest: "<none>" },
  ]);
  assert.deepEqual(namesOf(sampleImage({ references: [] })), [{
    repository: "bb",
    tag: "<none>",
    digest: MANIFEST,
  }]);
  assert.deepEqual(namesOf(sampleImage({ references: [], repoDigests: [] })), [
    { repository: "<none>", tag: "<none>", digest: "<none>" },
  ]);
});

Deno.test("a row of images has docker's words", () => {
  const image = sampleImage();
  const options = { now: NOW, truncate: true, containers: 2 };
  const row = imageRow(image, namesOf(image)[0], options);
  assert.equal(row.ID, image.id.slice(7, 19));
  assert.equal(row.CreatedSince, "24 hours ago");
  assert.equal(row.Size, "1.98MB");
  assert.equal(row.Containers, "2");
  assert.equal(imageRow({ ...image, createdAt: undefined }, namesOf(image)[0], options).CreatedSince, "N/A");
});

Deno.test("referencePattern() matches short and whole names, and stops at slashes", () => {
  const fits = (pattern: string) => referencePattern(pattern)("docker.io/library/bb:1.2");
  for (const pattern of ["bb", "bb:1.2", "b?:1.*", "docker.io/library/bb", "[ab]b", "*/library/bb:1.2"]) {
    assert.ok(fits(pattern), pattern);
  }
  for (const pattern of ["b", "bb:1", "bb:1x2", "docker.io/*", "[!b]b"]) {
    assert.ok(!fits(pattern), pattern);
  }
});

Deno.test("the filters of images choose by their rules", () => {
  const old = sampleImage({ references: [], createdAt: "2020-01-01T00:00:00Z" });
  const images = [sampleImage(), old];
  const find = (name: string) => name === "bb" ? images[0] : undefined;
  const chosen = (...filters: string[]) =>
    images.filter(imageFilter(filters, find)).map((image) => image === old);
  assert.deepEqual(chosen("dangling=true"), [true]);
  assert.deepEqual(chosen("dangling=false"), [false]);
  assert.deepEqual(chosen("before=bb"), [true]);
  assert.deepEqual(chosen("since=bb"), []);
  assert.deepEqual(chosen("label=tier=front"), [false, true]);
  assert.deepEqual(chosen("reference=registry.example:5000/*"), [false]);
  assert.throws(() => chosen("before=none"), NotFoundError);
  assert.throws(() => chosen("size=1"), /no filter 'size'/);
});

Deno.test("withNamesLike() leaves only the names that were asked for", () => {
  const [image] = withNamesLike([sampleImage()], ["bb"]);
  assert.deepEqual(image.references, ["docker.io/library/bb:latest"]);
  assert.deepEqual(withNamesLike([sampleImage()], ["bb:2"]), []);
});
