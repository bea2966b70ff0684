/** This host, for whoever makes networks or gives addresses. */
import type { NetworkHost } from "./default_network.ts";

/** Loads what looks at the host: in a transaction, where it is wanted, there is no waiting. */
export async function networkHost(onWarning: NetworkHost["onWarning"] = () => {}): Promise<NetworkHost> {
  const { hostRoutes } = await import("../../network/host_routes.ts");
  const { hasInterface } = await import("../../network/host_interface.ts");
  return { routes: hostRoutes, hasInterface, env: Deno.env, onWarning };
}
