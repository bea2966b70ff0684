/** Who we are to a registry. */

/** Secrets: never to be printed. */
export interface Credentials {
  username: string;
  password: string;
  /** an OAuth2 refresh token, used in place of the password */
  identityToken?: string;
}

/** The value of an Authorization header (RFC 7617). */
export function basicAuthorization(credentials: Credentials): string {
  return `Basic ${encodeBasic(credentials)}`;
}

/** `user:password` in base64, as a header and an entry of a file have it. */
export function encodeBasic({ username, password }: Credentials): string {
  return new TextEncoder().encode(`${username}:${password}`).toBase64();
}
