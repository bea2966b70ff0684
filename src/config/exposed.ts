/** Passwords that others can read. */

/**
 * A sentence about the file that `secrets.passphrase_file` names, when everybody may read it.
 * @param file undefined: none is named
 */
export function exposedPassphrase(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    const { mode } = Deno.statSync(file);
    if (((mode ?? 0) & 0o004) === 0) return undefined;
  } catch {
    return undefined; // whoever reads it says why it can't be read
  }
  return `everybody may read the passphrase in '${file}': chmod 600 ${file}`;
}
