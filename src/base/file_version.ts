/** Noticing that a file is another one, without reading it. */

/** Another text after each change, also of where a symbolic link leads; undefined when there is no file. */
export function fileVersion(file: string): string | undefined {
  try {
    const { dev, ino, size, mtime, ctime } = Deno.statSync(file);
    return [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join(" ");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
}
