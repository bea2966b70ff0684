/** What else on this host may keep others from a container's published ports. */
import { BudgieError } from "../base/errors.ts";
import { type ContainerView, type Firewall, isUp } from "./view.ts";

/**
 * Asks the kernel for everybody's packet rules, where a port is published beyond this host. undefined: nobody knows,
 * because `nft` is not there.
 */
export async function firewallsBefore(view: ContainerView): Promise<Firewall[] | undefined> {
  if (!isUp(view) || !view.record.published.some(({ reach }) => reach === "lan")) return [];
  const { describeObstacle, findObstacles } = await import("../network/reach.ts");
  try {
    const obstacles = (await findObstacles()).filter(({ hook }) => hook !== "input");
    return obstacles.map((obstacle) => ({
      families: obstacle.family === "inet" ? [4, 6] : obstacle.family === "ip" ? [4] : [6],
      text: describeObstacle(obstacle),
    }));
  } catch (error) {
    if (error instanceof BudgieError) return undefined;
    throw error;
  }
}
