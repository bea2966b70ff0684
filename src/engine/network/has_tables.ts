/** Whether somebody took the packet rules away as a whole, which is what others' `flush ruleset` does. */
import { listTables } from "../../linux/nftables.ts";
import type { StorePaths } from "../../store/paths.ts";
import { tableName } from "./rules.ts";

/** Whether the tables are there, whatever is in them. @throws SystemError when the kernel has no nf_tables */
export function hasTables(paths: StorePaths): boolean {
  const present = listTables();
  const name = tableName(paths);
  return (["inet", "bridge"] as const).every((family) => present.includes(`${family} ${name}`));
}
