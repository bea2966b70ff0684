/** What the keep policy of images may ask for, wherever that is said. */

/** Shorter times are more likely a number without its unit than a wish. */
export const MIN_KEEP_MS = 3_600_000;
/** Per cent of a disk. */
export const HIGH_WATER = { min: 10, max: 99 };
