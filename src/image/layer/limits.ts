/** What a layer may cost before unpacking is given up. */
import { statfsSync } from "node:fs";
import { formatDecimalSize } from "../../base/units.ts";
import { LayerError } from "./layer_error.ts";

/** Bounds for one layer. */
export interface UnpackLimits {
  /** uncompressed bytes for each compressed one; looked at from 64 MiB on */
  maxRatio: number;
  /** of the uncompressed tar */
  maxBytes?: number;
  /** of the disk, to be left free */
  reserveBytes: number;
  /** members of the archive */
  maxEntries: number;
}

/** Small layers of zeros pack well and harm nobody. */
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
/** Free room is asked for each time so much was unpacked. */
const DISK_CHECK_BYTES = 32 * 1024 ** 2;

/** Counts what goes by, and throws LayerError at a limit. */
export class UnpackMeter {
  readonly #directory: string;
  readonly #limits: UnpackLimits;
  #compressedBytes = 0;
  #tarBytes = 0;
  #entries = 0;
  #nextDiskCheck = 0;

  constructor(directory: string, limits: UnpackLimits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  addCompressed(sizeBytes: number): void {
    this.#compressedBytes += sizeBytes;
  }

  addTar(sizeBytes: number): void {
    const { maxBytes = Infinity, maxRatio } = this.#limits;
    this.#tarBytes += sizeBytes;
    if (this.#tarBytes > maxBytes) {
      throw new LayerError(`it unpacks to more than the limit of ${formatDecimalSize(maxBytes)}`);
    }
    if (this.#tarBytes > RATIO_FREE_BYTES && this.#tarBytes > this.#compressedBytes * maxRatio) {
      const [tar, packed] = [this.#tarBytes, this.#compressedBytes].map(formatDecimalSize);
      throw new LayerError(
        `it unpacks to more than ${maxRatio} times its size (${packed} became ${tar} and more)`,
        {
          hint: "It may be made to fill the disk",
        },
      );
    }
    if (this.#tarBytes >= this.#nextDiskCheck) this.#checkDisk();
  }

  addEntry(): void {
    if (++this.#entries > this.#limits.maxEntries) {
      throw new LayerError(`it has more than ${this.#limits.maxEntries} entries`);
    }
  }

  #checkDisk(): void {
    this.#nextDiskCheck = this.#tarBytes + DISK_CHECK_BYTES;
    const { bavail, bsize } = statfsSync(this.#directory);
    const { reserveBytes } = this.#limits;
    if (bavail * bsize >= reserveBytes) return;
    throw new LayerError(
      `the disk has ${formatDecimalSize(bavail * bsize)} left, and ${
        formatDecimalSize(reserveBytes)
      } are to stay free`,
      { hint: "Remove images that are not needed" },
    );
  }
}
