import assert from "node:assert/strict";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { ensureDirectories } from "../../store/data_dir.ts";
import { storePaths } from "../../store/paths.ts";
import { transaction } from "../../store/state.ts";
import { expandContainers } from "./container_words.ts";

const container = (head: string) => `version: "1.0"\nimage: bb\n${head}`;

/** A host with containers of these names; `from` is the document of shop.bun that one was made of, `group` what --scale made it for. */
async function withHost(
  containers: Record<string, { from?: number; group?: string }>,
  check: (
    host: { folder: string; expand: (words: string[], stop?: boolean) => Promise<string[]> },
  ) => Promise<void>,
) {
  const folder = Deno.makeTempDirSync();
  const env: Record<string, string> = { BUDGIE_DATA_DIR: `${folder}/d`, BUDGIE_RUN_DIR: `${folder}/r` };
  const paths = storePaths({ get: (name) => env[name] });
  try {
    ensureDirectories(paths);
    transaction(paths, (state) => {
      for (const [name, { from, group }] of Object.entries(containers)) {
        const source = from === undefined ? {} : { bunFile: `${folder}/shop.bun`, bunDocument: from };
        const balance = group === undefined ? undefined : { group, method: "source" };
        state.containers[name] = {
          id: name,
          name,
          options: { ...NO_OPTIONS, ...source, balance },
        } as ContainerRecord;
      }
    });
    const engine = { paths, runtime: "auto" };
    await check({
      folder,
      expand: (words, dependentsFirst) => expandContainers(engine, words, { dependentsFirst }),
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("expandContainers() leaves names as they are", async () => {
  await withHost({}, async ({ expand }) => {
    assert.deepEqual(await expand(["web", "0123", "web"]), ["web", "0123", "web"]);
  });
});

Deno.test("expandContainers() puts the names of a file in its place, dependencies first or last", async () => {
  await withHost({ web: {} }, async ({ folder, expand }) => {
    const text = [container("name: web\ndepends_on: [db]\n"), container("name: db\n")].join("---\n");
    Deno.writeTextFileSync(`${folder}/shop.bun`, text);
    const words = ["other", `${folder}/shop.bun`, "db"];
    assert.deepEqual(await expand(words), ["other", "db", "web"]); // db is not there: whoever wants it says so
    assert.deepEqual(await expand(words, true), ["other", "web", "db"]);
  });
});

Deno.test("expandContainers() orders what several files and folders describe together", async () => {
  await withHost({}, async ({ folder, expand }) => {
    Deno.mkdirSync(`${folder}/stack`);
    Deno.writeTextFileSync(`${folder}/stack/a.bun`, container("name: web\ndepends_on: [db, elsewhere]\n"));
    Deno.writeTextFileSync(`${folder}/db.bun`, container("name: db\n"));
    assert.deepEqual(await expand([`${folder}/stack`, `${folder}/db.bun`]), ["db", "web"]);
  });
});

Deno.test("expandContainers() finds the containers of documents without a name", async () => {
  await withHost(
    { calm_owl: { from: 0 }, wise_owl: { from: 0 }, shy_owl: { from: 2 } },
    async ({ folder, expand }) => {
      const text = [container(""), container(""), container("")].join("---\n");
      const file = `${folder}/shop.bun`;
      Deno.writeTextFileSync(file, text);
      assert.deepEqual(await expand([file]), ["calm_owl", "wise_owl", `${file}, document 2`, "shy_owl"]);
    },
  );
});

Deno.test("expandContainers() has what shares a network before the container that it is of, for stopping", async () => {
  await withHost({}, async ({ folder, expand }) => {
    const text = [container("name: web\nnetwork: container:db\n"), container("name: db\n")].join("---\n");
    Deno.writeTextFileSync(`${folder}/shop.bun`, text);
    assert.deepEqual(await expand([`${folder}/shop.bun`]), ["db", "web"]);
    assert.deepEqual(await expand([`${folder}/shop.bun`], true), ["web", "db"]);
  });
});

const SCALED = [container("name: proxy\ndepends_on: [web]\n"), container("name: web\nscale: 2\n")].join(
  "---\n",
);

Deno.test("expandContainers() has all containers of a scale, before what depends on them", async () => {
  await withHost({}, async ({ folder, expand }) => {
    Deno.writeTextFileSync(`${folder}/shop.bun`, SCALED);
    assert.deepEqual(await expand([`${folder}/shop.bun`]), ["web-1", "web-2", "proxy"]);
    assert.deepEqual(await expand([`${folder}/shop.bun`], true), ["proxy", "web-1", "web-2"]);
  });
});

Deno.test("expandContainers() has the containers of a scale that are there, however many the file says", async () => {
  const web = { group: "web" };
  await withHost({ "web-10": web, "web-2": web, "web-1": web, "one-1": { group: "one" } }, async (host) => {
    const { folder, expand } = host;
    Deno.writeTextFileSync(`${folder}/shop.bun`, SCALED);
    Deno.writeTextFileSync(`${folder}/one.bun`, container("name: one\n"));
    assert.deepEqual(await expand([`${folder}/shop.bun`]), ["web-1", "web-2", "web-10", "proxy"]);
    assert.deepEqual(await expand([`${folder}/one.bun`]), ["one-1"]); // by --scale
  });
  await withHost({ one: {}, "one-1": { group: "one" } }, async ({ folder, expand }) => {
    Deno.writeTextFileSync(`${folder}/one.bun`, container("name: one\n"));
    assert.deepEqual(await expand([`${folder}/one.bun`]), ["one"]);
  });
});

Deno.test("expandContainers() takes a word for a container where there is no such file", async () => {
  await withHost({ tmp: {}, "web.bun": {} }, async ({ folder, expand }) => {
    assert.deepEqual(await expand(["/tmp", "web.bun"]), ["/tmp", "web.bun"]);
    await assert.rejects(expand([`${folder}/none.bun`]), /Cannot read '.*none.bun': there is no such file/);
  });
});
