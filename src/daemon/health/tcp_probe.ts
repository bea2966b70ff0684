import { connectInside, type Enter } from "./connection.ts";
import { failed, type ProbeResult, succeeded } from "./probe_result.ts";

/** Healthy is what takes a connection; nothing is sent. */
export async function probeTcp(port: number, enter: Enter, signal: AbortSignal): Promise<ProbeResult> {
  try {
    using _connection = await connectInside(enter, port, signal);
    return succeeded(`Connected to port ${port}`);
  } catch (error) {
    const refused = error instanceof Deno.errors.ConnectionRefused;
    return failed(`Cannot connect to port ${port}: ${refused ? "nobody listens" : (error as Error).message}`);
  }
}
