/** `--security-opt seccomp=FILE`: a profile in docker's format. */
import type { SpecSyscallArgument } from "../../oci/runtime_spec.ts";
import { BudgieError } from "../base/errors.ts";
import { readTextFile, TextFileError } from "../base/text_file.ts";
import type { ConditionalRule, RuleCondition, SeccompProfile } from "./seccomp_profile.ts";

/** What JSON may hold, before it is looked at. */
type Json = Record<string, unknown>;

/** A file that is no seccomp profile. */
export class SeccompProfileError extends BudgieError {
  override name = "SeccompProfileError";

  constructor(path: string, reason: string, cause?: unknown) {
    super(`Cannot use the seccomp profile '${path}': ${reason}`, {
      hint: "It is JSON with defaultAction and syscalls, as docker's default.json",
      exitCode: 125,
      cause,
    });
  }
}

/** @throws SeccompProfileError */
export function readSeccompProfile(path: string): SeccompProfile {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof TextFileError)) throw cause;
    throw new SeccompProfileError(path, cause.reason, cause);
  }
  return parseSeccompProfile(text, path);
}

/** The profile in `text`; `path` is for messages. @throws SeccompProfileError */
export function parseSeccompProfile(text: string, path: string): SeccompProfile {
  let profile: Json;
  try {
    profile = JSON.parse(text);
  } catch (cause) {
    throw new SeccompProfileError(path, (cause as Error).message, cause);
  }
  const fail = (reason: string) => new SeccompProfileError(path, reason);
  if (typeof profile !== "object" || profile === null) throw fail("it is not an object");
  if (!isAction(profile.defaultAction)) throw fail("it has no defaultAction");
  if (profile.architectures !== undefined && profile.archMap !== undefined) {
    throw fail("it has both architectures and archMap");
  }
  const rules = profile.syscalls ?? [];
  if (!Array.isArray(rules)) throw fail("syscalls is not a list");
  return {
    defaultAction: profile.defaultAction,
    defaultErrnoRet: profile.defaultErrnoRet as number | undefined,
    flags: profile.flags as string[] | undefined,
    listenerPath: profile.listenerPath as string | undefined,
    listenerMetadata: profile.listenerMetadata as string | undefined,
    syscalls: rules.map((rule, i) => parseRule(rule, (reason) => fail(`syscalls[${i}] ${reason}`))),
  };
}

function parseRule(rule: Json, fail: (reason: string) => Error): ConditionalRule {
  if (typeof rule !== "object" || rule === null) throw fail("is not an object");
  const { name, names, action } = rule;
  if (name && Array.isArray(names) && names.length > 0) throw fail("has both name and names");
  const all = name ? [name] : names;
  if (!Array.isArray(all) || !all.every((each) => typeof each === "string")) throw fail("has no names");
  if (!isAction(action)) throw fail(`has an unknown action: ${JSON.stringify(action)}`);
  const args = rule.args ?? [];
  if (!Array.isArray(args) || !args.every(isArgument)) {
    throw fail("has args that are not index, value and op");
  }
  return {
    names: all,
    action,
    errnoRet: rule.errnoRet as number | undefined,
    args: args.length > 0 ? args : undefined,
    includes: (rule.includes as RuleCondition) ?? undefined,
    excludes: (rule.excludes as RuleCondition) ?? undefined,
  };
}

function isAction(action: unknown): action is string {
  return typeof action === "string" && action.startsWith("SCMP_ACT_");
}

// Beyond 2^53 a number would have changed on its way through JSON.
function isArgument(argument: unknown): argument is SpecSyscallArgument {
  const { index, value, valueTwo = 0, op } = (argument ?? {}) as Json;
  return [index, value, valueTwo].every(Number.isSafeInteger) && String(op).startsWith("SCMP_CMP_");
}
