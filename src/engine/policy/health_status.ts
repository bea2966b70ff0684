/** The health of a container as users see it, also before the first probe and after the last. */
import type { Health } from "../../store/supervision.ts";
import { healthcheckOf } from "./healthcheck.ts";
import { type ContainerView, isUp } from "../view.ts";

/**
 * undefined when it has no check, or was never started. Between start and the first probe it is starting; one
 * that has ended is unhealthy, as in docker.
 */
export function healthOf(view: ContainerView): Health | undefined {
  if (view.startedAt === undefined || !healthcheckOf(view.record)) return undefined;
  if (isUp(view) && view.health) return view.health;
  return { status: isUp(view) ? "starting" : "unhealthy", failingStreak: 0, log: [] };
}
