import assert from "node:assert/strict";
import { listTables, TableMonitor } from "./nftables.ts";
import { inNetworkNamespace, openKeptNetworkNamespace } from "./netns.ts";
import { PrivateNetwork } from "./testing/private_network.ts";

/** A network of the test's own, where nft can be run. */
class Rules implements Disposable {
  readonly #network = new PrivateNetwork();
  readonly path: string = this.#network.make("rules");

  run<Result>(run: () => Result): Result {
    return this.#network.run(run, this.path);
  }

  nft(...commands: string[]): void {
    using namespace = openKeptNetworkNamespace(this.path);
    const { success, stderr } = inNetworkNamespace(
      namespace,
      () => new Deno.Command("nft", { args: [commands.join("; ")] }).outputSync(),
    );
    assert.ok(success, new TextDecoder().decode(stderr));
  }

  [Symbol.dispose](): void {
    this.#network[Symbol.dispose]();
  }
}

Deno.test("listTables() lists the tables of both families, and no others", () => {
  using rules = new Rules();
  assert.deepEqual(rules.run(listTables), []);
  rules.nft("add table inet budgie", "add table bridge budgie", "add table ip other");
  assert.deepEqual(rules.run(listTables).toSorted(), ["bridge budgie", "inet budgie"]);
});

Deno.test("a monitor tells of tables that are deleted, by name or with all of them", () => {
  using rules = new Rules();
  using monitor = rules.run(() => new TableMonitor());
  rules.nft("add table inet budgie", "add table inet other", "add table bridge budgie");
  assert.deepEqual(monitor.drain(), []);
  rules.nft("delete table inet other");
  assert.deepEqual(monitor.drain(), [{ what: "table gone", table: "inet other" }]);
  rules.nft("flush ruleset");
  const gone = monitor.drain().map((change) => change.what === "table gone" && change.table);
  assert.deepEqual(gone.toSorted(), ["bridge budgie", "inet budgie"]);
});

Deno.test("a monitor does not tell of what changes in a table", () => {
  using rules = new Rules();
  using monitor = rules.run(() => new TableMonitor());
  rules.nft("add table inet budgie", "add chain inet budgie one", "add rule inet budgie one accept");
  rules.nft("flush chain inet budgie one", "delete chain inet budgie one");
  assert.deepEqual(monitor.drain(), []);
});
