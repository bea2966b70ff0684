/**
 * What changes in the packet rules when a container comes or goes, as one text for `nft -f -`: one transaction, whose
 * size and time don't depend on how many others there are. Pure.
 */
import { balanceChain, balanceRule } from "./balance_chain.ts";
import { type PortSlot, portSlots } from "./port_slot.ts";
import {
  balancedElement,
  endpointElements,
  hostOnlyElement,
  plainElement,
  type RuleElement,
  slotElements,
} from "./rule_elements.ts";
import type { EndpointRules, PortRules } from "./rules.ts";
import { formatElement } from "./ruleset.ts";

/** The part of the rules that belongs to one container, or a port that several share. */
export interface RulePart {
  endpoints?: readonly EndpointRules[];
  ports?: readonly PortRules[];
}

export interface RuleChange {
  /** a balanced port gets these targets instead of those that it had; with none it leads nowhere */
  add?: RulePart;
  /** comes before what is added */
  remove?: RulePart;
}

/**
 * Says what shall be: what is there already may be added, and what is not there removed. Only a port that leads
 * elsewhere than is said here, or is of the other kind, is refused by the kernel, and with it the whole text: then
 * the rules have to be written anew (`OutdatedRulesError`).
 */
export function formatChange({ add = {}, remove = {} }: RuleChange, table: string): string {
  const wanted = (add.ports ?? []).flatMap(portSlots);
  const live = wanted.filter(({ targets }) => targets.length > 0);
  const emptied = wanted.filter(({ port, targets }) => port.balance && targets.length === 0);
  const unwanted = (remove.ports ?? []).flatMap(portSlots)
    .filter(({ port, targets }) => port.balance || targets.length > 0);
  return [
    ...unpublish([...unwanted, ...emptied], table),
    ...removeElements((remove.endpoints ?? []).flatMap(endpointElements), table),
    ...removeElements(live.flatMap(contradictions), table),
    ...live.filter(({ port }) => port.balance).flatMap((slot) => setChain(slot, table)),
    ...commands(
      "add",
      [...(add.endpoints ?? []).flatMap(endpointElements), ...live.flatMap(slotElements)],
      table,
    ),
  ].map((line) => `${line}\n`).join("");
}

function unpublish(slots: PortSlot[], table: string): string[] {
  const chains = slots.filter(({ port }) => port.balance).map((slot) =>
    `inet ${table} ${balanceChain(slot)}`
  );
  const elements = slots.flatMap((slot) => [
    hostOnlyElement(slot),
    ...(slot.port.balance ? [balancedElement(slot, `goto ${balanceChain(slot)}`)] : slotElements(slot)),
  ]);
  return [
    ...chains.map((chain) => `add chain ${chain}`),
    ...removeElements(elements, table),
    ...chains.flatMap((chain) => [`flush chain ${chain}`, `delete chain ${chain}`]),
  ];
}

/** What must not be there beside a slot's own elements. A value that nothing else has finds whatever is there. */
function contradictions(slot: PortSlot): RuleElement[] {
  const { port, family } = slot;
  const otherKind = port.balance
    ? plainElement(slot, family === "ip" ? "0.0.0.0 . 0" : ":: . 0")
    : balancedElement(slot, "continue");
  return port.reach === "lan" ? [otherKind, hostOnlyElement(slot)] : [otherKind];
}

function setChain(slot: PortSlot, table: string): string[] {
  const chain = `inet ${table} ${balanceChain(slot)}`;
  return [`add chain ${chain}`, `flush chain ${chain}`, `add rule ${chain} ${balanceRule(slot)}`];
}

/** Added first, because nft 1.0.6 can't delete what may not be there; adding it again is no error. */
function removeElements(elements: RuleElement[], table: string): string[] {
  const unique = [...new Map(elements.map((element) => [JSON.stringify(element), element])).values()];
  return [...commands("add", unique, table), ...commands("delete", unique, table)];
}

/** One command for each set. */
function commands(verb: "add" | "delete", elements: RuleElement[], table: string): string[] {
  const bySet = Map.groupBy(elements, ({ family, set }) => `${family} ${table} ${set}`);
  return Array.from(
    bySet,
    ([set, list]) => `${verb} element ${set} { ${list.map(formatElement).join(", ")} }`,
  );
}
