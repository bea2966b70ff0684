/** docker has an ID for each container in a network; here it is made of theirs. */
import { createHash } from "node:crypto";

/** 64 hex digits. */
export function endpointId(networkId: string, containerId: string): string {
  return createHash("sha256").update(`${networkId} ${containerId}`).digest("hex");
}
