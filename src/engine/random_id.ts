/** IDs of containers and networks: 64 hex digits, as docker's. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}
