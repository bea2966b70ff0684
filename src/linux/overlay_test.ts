import assert from "node:assert/strict";
import { overlayOptions } from "./overlay.ts";

const PLACES = { upperDir: "/c/upper", workDir: "/c/work" };

Deno.test("overlayOptions() lists the layers from the highest to the lowest", () => {
  const options = overlayOptions({ ...PLACES, lowerDirs: ["one", "two"] });
  assert.match(options, /^lowerdir=two:one,upperdir=\/c\/upper,workdir=\/c\/work/);
});

Deno.test("overlayOptions() lists a layer that an image has twice once, at its highest place", () => {
  const options = overlayOptions({ ...PLACES, lowerDirs: ["base", "twice", "between", "twice"] });
  assert.match(options, /^lowerdir=twice:between:base,/);
});

Deno.test("overlayOptions() keep the upper layer readable without the lower ones", () => {
  const options = overlayOptions({ ...PLACES, lowerDirs: ["one"], volatile: true });
  assert.match(options, /,redirect_dir=off,metacopy=off,volatile$/);
});
