import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { inNetworkNamespace } from "../linux/netns.ts";
import { applyRules, OutdatedRulesError, runNft } from "./nft.ts";
import { inMachine, Lab } from "./testing/lab.ts";

Deno.test("applyRules() gives all of a text to the kernel, or nothing", async () => {
  await using lab = new Lab();
  const host = await lab.machine("host");
  const apply = (text: string) => inNetworkNamespace(host.namespace, () => applyRules(text));
  await apply("add table inet one\nadd table inet two\n");
  const before = await inMachine(host, "nft list tables");
  assert.equal(before, "table inet one\ntable inet two\n");
  await assert.rejects(
    apply("delete table inet one\nadd chain inet two c { type nat hook forward priority 0; }\n"),
  );
  assert.equal(await inMachine(host, "nft list tables"), before);
});

Deno.test("rules that are not there, or other ones, are told from those that make no sense", async () => {
  await using lab = new Lab();
  const host = await lab.machine("host");
  const apply = (text: string) => inNetworkNamespace(host.namespace, () => applyRules(text));
  await apply("table inet t { map m { type inet_service : ipv4_addr; elements = { 80 : 10.0.0.1 }; }\n}\n");
  await assert.rejects(apply("add element inet nope m { 80 : 10.0.0.1 }\n"), OutdatedRulesError);
  await assert.rejects(apply("add element inet t nope { 80 : 10.0.0.1 }\n"), OutdatedRulesError);
  await assert.rejects(apply("add element inet t m { 80 : 10.0.0.2 }\n"), OutdatedRulesError);
  await assert.rejects(apply("add element inet t m { eighty : 10.0.0.2 }\n"), (error) => {
    assert.ok(error instanceof BudgieError && !(error instanceof OutdatedRulesError));
    assert.match(error.message, /^Cannot set up the network: nft: .*service/i);
    return true;
  });
});

Deno.test("a host without nft is told what to install", async () => {
  await assert.rejects(runNft(["list", "tables"], { path: "/nonexistent" }), {
    name: "BudgieError",
    message: "Cannot set up the network: 'nft' is not installed",
    hint:
      "Install it: apt-get install nftables; or use --network none or --network host, which need no rules",
  });
});

Deno.test("a text that nft stops reading early is refused with its message", async () => {
  await using lab = new Lab();
  const host = await lab.machine("host");
  const text = `nonsense\n${"# a comment that fills the pipe\n".repeat(100_000)}`;
  await assert.rejects(inNetworkNamespace(host.namespace, () => applyRules(text)), /nft: syntax error/);
});
