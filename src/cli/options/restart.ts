/** `--restart`. */
import { UsageError } from "../../base/errors.ts";
import type { RestartPolicy } from "../../store/container.ts";

/** Without the number that may follow `on-failure`. */
export const RESTART_POLICIES = ["no", "always", "on-failure", "unless-stopped"] as const;

/**
 * `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:5`; an empty word is docker's way to say "not given".
 * @throws UsageError in docker's words
 */
export function parseRestart(text: string): RestartPolicy {
  if (text === "") return { name: "no", maximumRetryCount: 0 };
  const [word, count, ...more] = text.split(":");
  if (word === "") throw invalid(text, "no policy provided before colon");
  const name = RESTART_POLICIES.find((known) => known === word);
  if (!name) {
    throw invalid(
      text,
      `unknown policy '${word}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  }
  if (count === undefined || (count === "" && more.length === 0)) return { name, maximumRetryCount: 0 };
  const maximumRetryCount = /^[+-]?\d{1,9}$/.test([count, ...more].join(":")) ? Number(count) : NaN;
  if (Number.isNaN(maximumRetryCount)) throw invalid(text, "maximum retry count must be an integer");
  const negative = maximumRetryCount < 0;
  if (name !== "on-failure" && maximumRetryCount !== 0) {
    const also = negative ? " and cannot be negative" : "";
    throw invalid(text, `maximum retry count can only be used with 'on-failure'${also}`);
  }
  if (negative) throw invalid(text, "maximum retry count cannot be negative");
  return { name, maximumRetryCount };
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Cannot use --restart '${text}': ${reason}`, {
    hint: "Write --restart on-failure:5, or unless-stopped",
  });
}
