/** A server that answers as the test says, right or wrong. */
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { decodeMessage } from "../../../base/dns/decode.ts";
import { encodeMessage } from "../../../base/dns/encode.ts";
import type { Message } from "../../../base/dns/message.ts";
import { readMessage, writeMessage } from "../stream.ts";

export interface FakeServer extends AsyncDisposable {
  address: string;
  port: number;
  /** by UDP, in the order in which they came */
  queries: Message[];
  /** the ports that they came from */
  sources: number[];
}

export interface FakeAnswers {
  /** what is sent back by UDP, one after another; none: silence */
  udp: (query: Message) => Message[];
  /** undefined: nobody listens there */
  tcp?: (query: Message) => Message;
}

export async function startFakeServer(address: string, answers: FakeAnswers, port = 0): Promise<FakeServer> {
  const listener = Deno.listen({ hostname: address, port });
  const { port: chosen } = listener.addr as Deno.NetAddr;
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind({ address, port: chosen }, resolve));
  const server = { address, port: chosen, queries: [] as Message[], sources: [] as number[] };
  socket.on("message", (bytes, from) => {
    const query = decodeMessage(bytes);
    server.queries.push(query);
    server.sources.push(from.port);
    for (const answer of answers.udp(query)) {
      socket.send(Buffer.from(encodeMessage(answer)), from.port, from.address);
    }
  });
  const accepting = (async () => {
    for await (const connection of listener) {
      using _closed = connection;
      const bytes = await readMessage(connection, 0xffff);
      if (bytes && answers.tcp) {
        await writeMessage(connection, encodeMessage(answers.tcp(decodeMessage(bytes))));
      }
    }
  })();
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      socket.close();
      listener.close();
      await accepting;
    },
  };
}
