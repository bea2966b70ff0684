import assert from "node:assert/strict";
import { BudgieError } from "../../base/errors.ts";
import { containerFilter } from "../listing/container_filter.ts";
import { eventFilter } from "../listing/event_filter.ts";
import { imageFilter, imagePruneFilter } from "../listing/image_filter.ts";
import { networkFilter } from "../listing/network_filter.ts";
import { secretFilter } from "../listing/secret_filter.ts";
import { createContext } from "../context.ts";
import { wholeProgram } from "../program.ts";
import { commandPages } from "../reference/page.ts";
import { flagWords } from "./flag_words.ts";

const NOTHING = {
  find: () => {
    throw new Error("nothing is looked for");
  },
  layersOf: () => undefined,
  networksOf: () => [],
};

const FILTERS: Record<string, (filters: string[]) => unknown> = {
  "ps": (filters) => containerFilter(filters, NOTHING),
  "images": (filters) => imageFilter(filters, () => undefined),
  "network ls": networkFilter,
  "events": eventFilter,
  "secret ls": secretFilter,
  "container prune": (filters) => imagePruneFilter(filters, 0),
};

/** The keys that a filter's error names. */
function keys(filter: (filters: string[]) => unknown): string[] {
  try {
    filter(["nonsense=1"]);
  } catch (error) {
    return error instanceof BudgieError ? /There are (.*)$/.exec(error.hint!)![1].split(", ") : [];
  }
  return [];
}

Deno.test("flagWords() of --filter has the keys that the command knows, with values that it takes", () => {
  for (const [command, filter] of Object.entries(FILTERS)) {
    const words = flagWords(command, "--filter");
    const open = words.filter((word) => word.endsWith("="));
    assert.deepEqual(open.map((word) => word.slice(0, -1)).sort(), keys(filter).sort(), command);
    for (const word of words) if (!open.includes(word)) filter([word]);
  }
});

// Loaded before any test: what it opens stays open.
const pages = commandPages(await wholeProgram(createContext(() => {})));

Deno.test("flagWords() knows every command with --filter", () => {
  const filtered = pages.filter(({ options }) => options.some(({ term }) => /--filter\b/.test(term)));
  assert.ok(filtered.length > 0);
  for (const { name } of filtered) {
    assert.notDeepEqual(flagWords(name.replace("budgie ", ""), "--filter"), [], name);
  }
});

Deno.test("flagWords() is the same for a long form", () => {
  assert.deepEqual(flagWords("container ls", "--filter"), flagWords("ps", "--filter"));
  assert.deepEqual(flagWords("image ls", "--filter"), flagWords("images", "--filter"));
  assert.deepEqual(flagWords("system events", "--filter"), flagWords("events", "--filter"));
});

Deno.test("flagWords() of a flag whose value is the user's own is nothing", () => {
  assert.deepEqual(flagWords("run", "--hostname"), []);
});
