/**
 * The files of a container's log as its readers see them, while the writer may rename them at any moment
 * (log_file.ts). A file is known by its inode, which no other can get while it is open. The writer renames the
 * oldest first, and names grow by one: whoever looks for a file from `log` upwards can't miss it.
 */
import { rotatedLog } from "./log_file.ts";

/** One open file of the set. */
export interface OpenLog {
  file: Deno.FsFile;
  inode: number;
}

/** A neighbour in age; "none": there is none; "gone": the file itself is no longer in the set. */
export type Neighbour = OpenLog | "none" | "gone";

export class LogSet {
  constructor(private readonly path: string, private readonly maxFiles: number) {}

  /** undefined when nothing was logged yet, or the container is gone. */
  openNewest(): OpenLog | undefined {
    // Between two renames `log` itself may be missing.
    return this.#openFirst(this.#ages());
  }

  openOldest(): OpenLog | undefined {
    for (;;) {
      const oldest = this.#openFirst(this.#ages().reverse());
      // It was not the oldest if an older one was renamed while we looked.
      if (!oldest || this.#olderAges(oldest).every((age) => this.#inodeOf(age) === undefined)) return oldest;
      oldest.file.close();
    }
  }

  openOlder(than: OpenLog): Neighbour {
    return this.#openNeighbour(than, (age) => this.#ages().filter((other) => other > age));
  }

  openNewer(than: OpenLog): Neighbour {
    return this.#openNeighbour(than, (age) => this.#ages().filter((other) => other < age).reverse());
  }

  /** @param nearest the ages of the others to one side of an age, the nearest first */
  #openNeighbour(than: OpenLog, nearest: (age: number) => number[]): Neighbour {
    for (;;) {
      const age = this.#ageOf(than);
      if (age === undefined) return "gone";
      const neighbour = this.#openFirst(nearest(age));
      if (this.#inodeOf(age) === than.inode) return neighbour ?? "none";
      neighbour?.file.close(); // it may have been another's neighbour: the writer was renaming
    }
  }

  #ages(): number[] {
    return Array.from({ length: this.maxFiles }, (_, age) => age);
  }

  #olderAges(than: OpenLog): number[] {
    const own = this.#ageOf(than);
    return own === undefined ? [] : this.#ages().filter((age) => age > own);
  }

  #ageOf({ inode }: OpenLog): number | undefined {
    return this.#ages().find((age) => this.#inodeOf(age) === inode);
  }

  #inodeOf(age: number): number | undefined {
    try {
      return Deno.statSync(rotatedLog(this.path, age)).ino ?? undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  #openFirst(ages: number[]): OpenLog | undefined {
    for (const age of ages) {
      try {
        const file = Deno.openSync(rotatedLog(this.path, age));
        return { file, inode: file.statSync().ino! };
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return undefined;
  }
}
