/**
 * Images: from a reference to verified layers, and all that is done with images that are here.
 *
 * `pull.ts` is the way in. It asks `pull/resolve.ts` for the one manifest that fits the platform, lets
 * `pull/fetch_layer.ts` bring each layer through hash and extractor to its place, and names the result.
 * `registry/` speaks to registries: `source.ts` (mirrors, retries, resuming) over `client.ts` (one registry)
 * over `transport.ts` (TLS, proxies, redirects). `layer/` unpacks one layer.
 *
 * What is on the disk is described in `layout.ts` (an OCI image layout), `layer_store.ts` (unpacked layers)
 * and `pull/temporary.ts` (work under way). `find.ts` is on the way of every `run`: it reads three small files
 * and imports little.
 *
 * @module
 */
