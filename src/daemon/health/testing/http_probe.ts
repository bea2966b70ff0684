/** A probe by HTTP, for tests that say only what of it matters. */
import type { ProbeOption } from "../../../store/container.ts";

export function http(port: number | undefined, more: Partial<Extract<ProbeOption, { type: "http" }>> = {}) {
  return {
    type: "http" as const,
    path: "/",
    scheme: "http" as const,
    status: { from: 200, to: 399 },
    port,
    ...more,
  };
}
