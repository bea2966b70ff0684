/** How large and how many the files of a container's log may be, wherever that is said. */

/** Smaller files would hold few of the longest lines. */
export const MIN_LOG_SIZE_BYTES = 64 * 1024;
/** More of them would make every rotation slow. */
export const MAX_LOG_FILES = 100;
