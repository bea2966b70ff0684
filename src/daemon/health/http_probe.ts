/** A health check by HTTP, asked from the host. */
import type { ProbeOption } from "../../store/container.ts";
import { connectInside, type Connection, type Enter, plainConnection } from "./connection.ts";
import { HttpAnswerError, readHttpAnswer } from "./http_answer.ts";
import { failed, type ProbeResult, succeeded } from "./probe_result.ts";
import { tlsConnection } from "./tls_connection.ts";

/** An HTTP check whose port is settled. */
export type HttpCheck = Extract<ProbeOption, { type: "http" }> & { port: number };

/** Redirects are not followed: their status is an answer as any other. */
export async function probeHttp(check: HttpCheck, enter: Enter, signal: AbortSignal): Promise<ProbeResult> {
  const url = `${check.scheme}://localhost:${check.port}${check.path}`;
  try {
    using connection = await openConnection(check, enter, signal);
    signal.throwIfAborted();
    // What waits for the other side then waits no longer.
    signal.addEventListener("abort", () => connection[Symbol.dispose]());
    await connection.send(new TextEncoder().encode(requestFor(check)));
    return await judge(check, connection);
  } catch (error) {
    return failed(`Cannot get ${url}: ${reasonOf(error, check)}`);
  }
}

async function openConnection(check: HttpCheck, enter: Enter, signal: AbortSignal): Promise<Connection> {
  const connection = await connectInside(enter, check.port, signal);
  if (check.scheme === "http") return plainConnection(connection);
  return await tlsConnection(connection, signal);
}

/** RFC 9112 §3. A connection serves one probe. */
function requestFor({ path, port, scheme }: HttpCheck): string {
  const usual = scheme === "http" ? 80 : 443;
  return [
    `GET ${path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent)} HTTP/1.1`,
    `Host: localhost${port === usual ? "" : `:${port}`}`,
    "User-Agent: budgie",
    "Accept: */*",
    "Connection: close",
    "",
    "",
  ].join("\r\n");
}

async function judge({ status, body }: HttpCheck, connection: Connection): Promise<ProbeResult> {
  const answer = await readHttpAnswer(connection.received);
  const said = `HTTP ${answer.status} ${answer.reason}`.trimEnd();
  if (answer.status < status.from || answer.status > status.to) return failed(said);
  if (body === undefined || (await answer.body()).includes(body)) return succeeded(said);
  return failed(`${said}, and the body does not hold '${body}'`);
}

// What node:tls says of a failure is about its own streams.
function reasonOf(error: unknown, { scheme }: HttpCheck): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "nobody listens";
  if (error instanceof HttpAnswerError) return `the answer can't be read: ${error.message}`;
  return scheme === "https" ? "no TLS connection came about, or it broke" : "the connection broke";
}
