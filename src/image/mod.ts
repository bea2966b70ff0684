/**
 * Images: from a reference to verified layers, and all that is done with images that are here.
 *
 * `pull.ts` is the way in. It asks `pull/resolve.ts` for the one manifest that fits the platform, lets
 * `pull/fetch_layer.ts` bring each layer through hash and extractor to its place, and names the result.
 * `registry/` speaks to registries: `source.ts` (mirrors, retries, resuming) over `client.ts` (one registry)
 * over `transport.ts` (TLS, proxies, redirects). `layer/` unpacks one layer.
 *
 * `push.ts` is the way out, over `registry/upload.ts`; `archive/` does the same with files (`save`, `load`): both ways
 * in end in `pull/store_image.ts`. With `pull --all-platforms` a name means a whole index: `pull/rest_of_index.ts` brings
 * what is not for this machine, `content.ts` lists all of it for the ways out, `unpack_platform.ts` takes one from it.
 * `registry/login.ts` keeps logins.
 *
 * What is on the disk is described in `layout.ts` (an OCI image layout), `layer_store.ts` (unpacked layers)
 * and `pull/temporary.ts` (work under way). `find.ts` is on the way of every `run`: it reads three small files
 * and imports little.
 *
 * @module
 */
