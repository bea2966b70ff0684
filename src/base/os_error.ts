/** System calls that failed inside Deno. It has classes for some of the causes, and a `code` for not all of the others. */

/** Whether `error` is what Deno makes of this errno (errno(3), the number for Linux). */
export function isOsError(error: unknown, errno: number): boolean {
  return error instanceof Error && error.message.includes(`(os error ${errno})`);
}
