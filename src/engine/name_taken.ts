/** Names of containers are unique: to be asked inside the transaction that gives one. */
import { BudgieError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { State } from "../store/state.ts";

/** The container that has a name. */
export function holderOf(state: State, name: string): ContainerRecord | undefined {
  return Object.values(state.containers).find((record) => record.name === name);
}

/** Another container has the name. */
export class NameTakenError extends BudgieError {
  override name = "NameTakenError";

  constructor(wanted: string, holderId: string) {
    super(`Cannot take the name '${wanted}': container ${holderId.slice(0, 12)} has it`, {
      hint: `Remove that one with 'budgie rm ${wanted}', or choose another name`,
    });
  }
}
