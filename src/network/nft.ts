/** Runs nft(8). */
import { BudgieError } from "../base/errors.ts";

/** Where distributions put nft; root's PATH under cron lacks some. Nothing else of the environment reaches it. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The rules that are there are not those that a change is for: a table, a set or a chain is missing, or a port leads
 * elsewhere. All rules have to be written anew.
 */
export class OutdatedRulesError extends BudgieError {
  override name = "OutdatedRulesError";
}

/**
 * Gives `text` to the kernel: all of it, or nothing when it fails.
 * @throws OutdatedRulesError; BudgieError with nft's own message, or because it is not installed
 */
export async function applyRules(text: string, options: { path?: string } = {}): Promise<void> {
  await runNft(["-f", "-"], { ...options, input: text });
}

export interface NftOptions {
  /** its standard input */
  input?: string;
  /** where it is looked for */
  path?: string;
  /** what can't be done when it fails */
  purpose?: string;
}

/** @returns its standard output; @throws as `applyRules` */
export async function runNft(args: string[], options: NftOptions = {}): Promise<string> {
  const { input = "", path = PATH, purpose = "set up the network" } = options;
  const child = startNft(args, { path, purpose });
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), feed(child.stdin, input)]);
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw failure(text.decode(stderr), purpose);
}

function startNft(args: string[], { path, purpose }: { path: string; purpose: string }): Deno.ChildProcess {
  try {
    return new Deno.Command("nft", {
      args,
      clearEnv: true,
      env: { PATH: path },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BudgieError(`Cannot ${purpose}: 'nft' is not installed`, {
      hint:
        "Install it: apt-get install nftables; or use --network none or --network host, which need no rules",
    });
  }
}

async function feed(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  try {
    await ReadableStream.from([new TextEncoder().encode(input)]).pipeTo(stdin);
  } catch (error) {
    // It ended before it had read everything: why, its exit code and message say.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** What strerror(3) says to ENOENT and EEXIST; nft has no other way to tell. */
const OUTDATED = /^(Could not process rule: )?(No such file or directory|File exists)/;

/** @param stderr `/dev/stdin:1:5-9: Error: …`, the line and what in it, for each mistake */
function failure(stderr: string, purpose: string): BudgieError {
  const reason = /Error: (.*)/.exec(stderr)?.[1] ?? (stderr.trim().split("\n")[0] || "it gives no reason");
  const message = `Cannot ${purpose}: nft: ${reason}`;
  if (OUTDATED.test(reason)) return new OutdatedRulesError(message);
  return new BudgieError(
    message,
    reason.includes("Operation not permitted") ? { hint: "Run it as root" } : {},
  );
}
