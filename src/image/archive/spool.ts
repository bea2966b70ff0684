/** The files of an archive on the disk, hashed: which of them are images is often said in the last one. */
import { createHash } from "node:crypto";
import { join } from "node:path/posix";
import { BudgieError } from "../../base/errors.ts";
import { shownName } from "../../base/tar/byte_string.ts";
import type { TarEntry } from "../../base/tar/entry.ts";
import { readTar } from "../../base/tar/reader.ts";
import { writeAll } from "../../base/write_all.ts";
import type { Digest } from "../../../oci/digest.ts";

/** More files than the images of one archive have. */
const MAX_FILES = 65_536;
/** As many links as a name is followed over. */
const MAX_LINKS = 8;

/** One file of the archive. */
export interface SpooledFile {
  path: string;
  digest: Digest;
  sizeBytes: number;
}

/** Finds files by the name that the archive gives them, and by digest. */
export class Spool {
  readonly #files = new Map<string, SpooledFile>();
  readonly #links = new Map<string, string>();
  readonly #byDigest = new Map<Digest, SpooledFile>();

  private constructor(private readonly directory: string) {}

  /**
   * Reads a tar to its end. Names of the archive never become names on the disk.
   * @param directory an empty one, which is the caller's to remove
   * @throws TarError, BudgieError
   */
  static async read(
    chunks: AsyncIterable<Uint8Array>,
    { directory, signal }: { directory: string; signal?: AbortSignal },
  ): Promise<Spool> {
    const spool = new Spool(directory);
    for await (const entry of readTar(chunks)) {
      signal?.throwIfAborted();
      await spool.#add(entry);
    }
    return spool;
  }

  /** The file of this name, links followed. */
  file(name: string): SpooledFile | undefined {
    let at = normalName(name);
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const target = this.#links.get(at);
      if (target === undefined) break;
      at = target;
    }
    return this.#files.get(at);
  }

  blob(digest: Digest): SpooledFile | undefined {
    return this.#byDigest.get(digest);
  }

  /** Adds a file that is not in the archive. */
  addBytes(bytes: Uint8Array): SpooledFile {
    const path = this.#newPath();
    Deno.writeFileSync(path, bytes, { mode: 0o600 });
    return this.#known({
      path,
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      sizeBytes: bytes.length,
    });
  }

  async #add(entry: TarEntry): Promise<void> {
    const name = normalName(entry.name);
    if (entry.kind === "symlink") this.#links.set(name, normalName(join("/", name, "..", entry.linkName)));
    if (entry.kind === "hardlink") this.#links.set(name, normalName(entry.linkName));
    if (entry.kind !== "file") return;
    if (this.#byDigest.size + this.#links.size >= MAX_FILES) {
      throw new BudgieError(`Cannot load the archive: it has more than ${MAX_FILES} files`);
    }
    this.#files.set(name, this.#known(await this.#write(entry)));
  }

  async #write(entry: TarEntry): Promise<SpooledFile> {
    const path = this.#newPath();
    const hash = createHash("sha256");
    using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    let sizeBytes = 0;
    for await (const { offset, bytes } of entry.content()) {
      // Images are written without holes, by every program there is.
      if (offset !== sizeBytes) throw sparseError(entry);
      writeAll(file, bytes);
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
    }
    if (sizeBytes !== entry.size) throw sparseError(entry);
    return { path, digest: `sha256:${hash.digest("hex")}`, sizeBytes };
  }

  #known(file: SpooledFile): SpooledFile {
    this.#byDigest.set(file.digest, file);
    return file;
  }

  #newPath(): string {
    return `${this.directory}/${crypto.randomUUID()}`;
  }
}

function normalName(name: string): string {
  return join("/", name).slice(1);
}

function sparseError({ name }: TarEntry): BudgieError {
  return new BudgieError(`Cannot load the archive: '${shownName(name)}' in it is a sparse file`);
}
