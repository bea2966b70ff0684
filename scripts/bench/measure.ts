/** One line of a table of times. */
import { compare, type Contender } from "./hyperfine.ts";
import { ratios, type Row } from "./report.ts";

export interface MeasureOptions {
  env: Record<string, string>;
  runs?: number;
  /** runs before those that count */
  warmups?: number;
}

/** Times the contenders against each other, and says so. @param contenders budgie first */
export async function measure(
  { what, aim }: { what: string; aim: string },
  contenders: Contender[],
  { env, runs = 20, warmups = 3 }: MeasureOptions,
): Promise<Row> {
  const measured = await compare(contenders, { runs, warmups, env });
  const times = measured.map(({ name, medianSeconds }) => `${name} ${Math.round(medianSeconds * 1000)} ms`);
  console.error(`${what}: ${times.join(", ")}`);
  return { what, budgie: ratios(measured), aim };
}
