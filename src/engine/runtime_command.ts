/** The runtime's short commands about one container: those that end by themselves and print nothing. */
import { BudgieError } from "../base/errors.ts";
import type { RuntimeGlobals } from "../runtime/args.ts";
import { parseRuntimeFailure } from "../runtime/failure.ts";
import type { ContainerRecord } from "../store/container.ts";
import { readSmall } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { type ExecFiles, execFiles, makeExecFolder, removeExecFolder } from "./exec/exec_folder.ts";
import { runtimeGlobals } from "./runtime_state.ts";

export interface RuntimeCommand {
  /** for the message of a failure: pause */
  verb: string;
  /** the command line; what it names in `files` is written here first */
  args: (globals: RuntimeGlobals, files: ExecFiles) => string[];
}

/** @throws BudgieError with the runtime's reason, when it could not do it */
export async function commandRuntime(
  engine: Engine,
  record: ContainerRecord,
  { verb, args }: RuntimeCommand,
): Promise<void> {
  using stack = new DisposableStack();
  const files = execFiles(stack.adopt(makeExecFolder(engine.paths), removeExecFolder));
  const { success, stderr } = await new Deno.Command(record.runtime, {
    args: args({ ...runtimeGlobals(engine, record.runtime), logFile: files.log }, files),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const reason = parseRuntimeFailure(readSmall(files.log) ?? "")?.message ??
    new TextDecoder().decode(stderr).trim();
  throw new BudgieError(`Cannot ${verb} '${record.name}': ${reason}`, {
    hint: `Its runtime is ${record.runtime}`,
  });
}
