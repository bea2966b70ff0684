/** Where else a registry's images may be had. */

/** A base URL without a slash at its end; undefined unless it is http or https with nothing but a host and a path. */
export function parseMirrorUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username || url.password || url.search || url.hash) return undefined;
  return url.href.replace(/\/+$/, "");
}
