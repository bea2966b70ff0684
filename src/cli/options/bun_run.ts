/** `budgie run FILE.bun|FOLDER…`: which containers its words describe. Loads the YAML library. */
import { dependencyPlace } from "../../bunfile/bun_file.ts";
import { readBunFiles } from "../../bunfile/parse.ts";
import { BunFileError } from "../../bunfile/bun_file_error.ts";
import { repeatedNames } from "../../bunfile/repeated_names.ts";
import { bunScale } from "../../engine/bun_options.ts";
import type { Described } from "../../engine/together/run_together.ts";
import { optionsBeside } from "./bun_file.ts";
import { isFurtherBunWord } from "./bun_file_name.ts";
import type { ContainerFlags } from "./container_flags.ts";
import { planned, scaleFlag, type ScaleFlags } from "./scale.ts";

/**
 * What the words of `run` describe, in the order of the words, files and documents. The first word is a .bun file
 * or a folder of them; so are others up to the first that is none. Those that follow, or stand behind `--`, are the
 * command of a single container.
 *
 * @param given names of the flags that were typed, as in `ContainerFlags`
 * @throws BudgieError for a file that can't be read or asks for what isn't there yet; UsageError for a flag
 */
export function bunPlan(
  words: readonly string[],
  flags: ContainerFlags & ScaleFlags,
  given: ReadonlySet<string>,
): Described[] {
  const { paths, command } = splitWords(words);
  const bunFiles = paths.flatMap(readBunFiles);
  const problems = repeatedNames(bunFiles);
  if (problems.length > 0) throw new BunFileError(problems[0].path, problems);
  const options = optionsBeside(bunFiles, { command, flags, given });
  return planned(
    bunFiles.map((bun, index) => ({
      options: options[index],
      scale: scaleFlag(flags, bunScale(bun)),
      where: dependencyPlace(bun),
    })),
    given,
  );
}

function splitWords([first, ...others]: readonly string[]): { paths: string[]; command: string[] } {
  const end = others.findIndex((word) => word === "--" || !isFurtherBunWord(word));
  if (end < 0) return { paths: [first, ...others], command: [] };
  const command = others.slice(others[end] === "--" ? end + 1 : end);
  return { paths: [first, ...others.slice(0, end)], command };
}
