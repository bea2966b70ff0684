/** A registry's refusal as a sentence (distribution-spec, "Error Codes"). */
import { LOGIN_HINT } from "./authenticator.ts";
import { readAll } from "./body.ts";
import { printable, RegistryError } from "./errors.ts";
import { parseRetryAfter } from "./retry.ts";
import { type Answer, answerChunks } from "./transport.ts";

const MAX_ERROR_BYTES = 64 * 1024;
const HTTP_TOO_MANY_REQUESTS = 429;
const RETRYABLE = [408, HTTP_TOO_MANY_REQUESTS, 500, 502, 503, 504];

/** The error for an answer with a status other than 2xx; reads a bounded part of its body. */
export async function answerError(
  answer: Answer,
  options: { action: string; hadCredentials: boolean },
): Promise<RegistryError> {
  const { response, url } = answer;
  const { status } = response;
  const detail = await readDetail(answer, options.action);
  return new RegistryError(options.action, `${reasonFor(status, options.hadCredentials)}${detail}`, {
    status,
    retryable: RETRYABLE.includes(status),
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after")),
    hint: hintFor(status, url.host),
  });
}

function reasonFor(status: number, hadCredentials: boolean): string {
  switch (status) {
    case 401:
      return hadCredentials
        ? "the user name and password are refused (401)"
        : "a login is needed, or there is no such image (401)";
    case 403:
      return "access is denied (403)";
    case 404:
      return "there is no such thing (404)";
    case HTTP_TOO_MANY_REQUESTS:
      return "too many requests were made (429)";
    default:
      return `the answer is ${status}`;
  }
}

function hintFor(status: number, host: string): string | undefined {
  switch (status) {
    case 401:
      return LOGIN_HINT;
    case 403:
      return `Check that your account at ${host} may do this`;
    case 404:
      return "Check the name and the tag";
    case HTTP_TOO_MANY_REQUESTS:
      return "Wait and try again, log in for a higher limit, or set a mirror with BUDGIE_REGISTRIES_MIRRORS";
    default:
      return status >= 500 ? `The fault is with ${host}: try again later` : undefined;
  }
}

/** `: MANIFEST_UNKNOWN, manifest unknown`, or nothing when the body has no such words. */
async function readDetail(answer: Answer, action: string): Promise<string> {
  try {
    const body = await readAll(answerChunks(answer, { action }), MAX_ERROR_BYTES);
    const [first] = JSON.parse(new TextDecoder().decode(body)).errors;
    const words = [first.code, first.message].filter((word) => typeof word === "string" && word !== "");
    return words.length ? `: ${printable(words.join(", "))}` : "";
  } catch {
    return ""; // the status says enough
  }
}
