/** One query to one server, and its response: by UDP or by TCP. */
import { createSocket } from "node:dgram";
import { Buffer } from "node:buffer";
import { decodeMessage } from "../../base/dns/decode.ts";
import { encodeMessage } from "../../base/dns/encode.ts";
import { type Message, RESPONSE_CODE } from "../../base/dns/message.ts";
import { DnsFormatError, sameName } from "../../base/dns/name.ts";
import { formatIpAddress, parseIpAddress } from "../../base/ip_address.ts";
import { connectedUnlessAborted } from "../../base/unless_aborted.ts";
import { freeDatagram } from "../../base/datagram.ts";
import { readMessage, writeMessage } from "./stream.ts";

export interface Server {
  /** of IPv6 perhaps with a zone: fe80::1%eth0 */
  address: string;
  port: number;
}

const MAX_MESSAGE_BYTES = 0xffff;

/**
 * Sends the query from a port of its own, which the kernel chooses at random, and waits for a response from where it
 * went to, with its ID and its question; all others are passed over.
 * @throws what is wrong with the network; the signal's reason
 */
export async function askByUdp(query: Message, server: Server, signal: AbortSignal): Promise<Message> {
  const bytes = encodeMessage(query);
  const from = withoutZone(server.address);
  const socket = createSocket(server.address.includes(":") ? "udp6" : "udp4");
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  if (signal.aborted) reject(signal.reason);
  let isOpen = true;
  const close = () => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  socket.on("error", reject);
  socket.on("message", (received, { address, port }) => {
    const isTheirs = withoutZone(address) === from && port === server.port;
    const response = isTheirs ? decodeIfResponse(received, query) : undefined;
    if (response) {
      close(); // at once: it would take memory for a next datagram
      resolve(response);
    }
    freeDatagram(received);
  });
  socket.send(Buffer.from(bytes), server.port, server.address, (error) => error && reject(error));
  try {
    return await promise;
  } finally {
    close();
  }
}

/** The same by TCP, for what is too long for UDP. */
export async function askByTcp(query: Message, server: Server, signal: AbortSignal): Promise<Message> {
  const connecting = Deno.connect({ hostname: server.address, port: server.port });
  using connection = await connectedUnlessAborted(connecting, signal);
  const close = () => connection.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    await writeMessage(connection, encodeMessage(query));
    const received = await readMessage(connection, MAX_MESSAGE_BYTES);
    const response = received && decodeIfResponse(received, query);
    if (!response) throw new DnsFormatError(`Cannot use what ${server.address} answered`);
    return response;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** As the kernel says it. */
function withoutZone(address: string): string {
  const [plain] = address.split("%");
  const parsed = parseIpAddress(plain);
  return parsed ? formatIpAddress(parsed) : plain;
}

/** undefined: it is none to this query. */
function decodeIfResponse(bytes: Uint8Array, query: Message): Message | undefined {
  try {
    const response = decodeMessage(bytes);
    return isResponseTo(query, response) ? response : undefined;
  } catch (error) {
    if (!(error instanceof DnsFormatError)) throw error;
    return undefined;
  }
}

/** RFC 5452 §9.1: whoever does not see the query would have to guess all of it. */
function isResponseTo(query: Message, response: Message): boolean {
  const { id, isResponse, opcode, questions: [question, ...more], responseCode } = response;
  if (id !== query.id || !isResponse || opcode !== query.opcode || more.length > 0) return false;
  // A server that did not understand the query may not repeat its question.
  if (!question) return responseCode === RESPONSE_CODE.FORMAT_ERROR;
  const [asked] = query.questions;
  return sameName(question.name, asked.name) && question.type === asked.type &&
    question.class === asked.class;
}
