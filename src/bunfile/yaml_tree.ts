/** YAML 1.2 to the plain tree of `tree.ts`. The one importer of the YAML library. */
import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Problems } from "./problem.ts";
import { substitute, SubstitutionError } from "./substitute.ts";
import { type MapEntry, type Position, quote, type TreeNode } from "./tree.ts";

/** After some mistakes in YAML everything that follows looks wrong: more would only hide the first. */
const MAX_SYNTAX_PROBLEMS = 10;

/** What aliases may blow a file up to, in nodes. A file of 1 MiB without aliases stays below. */
const MAX_NODES = 1_000_000;

/**
 * The tree of the file's only document; undefined when it could not be read, with the reasons in `problems`.
 *
 * @param options.env what `${VAR}` stands for
 */
export function readYaml(
  text: string,
  options: { problems: Problems; env: Readonly<Record<string, string>> },
): TreeNode | undefined {
  const { problems } = options;
  const lineCounter = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false, // positions and excerpts are ours
    uniqueKeys: false, // ours also sees that 1 and "1" are the same key
    resolveKnownTags: false, // no !!binary, !!set: they would be values of no kind here
  });
  const errors = [...document.errors, ...document.warnings];
  for (const error of errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
    problems.add(positionAt(error.pos[0]), describeSyntaxError(error));
  }
  if (errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.add({ line: 1, column: 1 }, 'the file is empty; it begins with version: "1.0"');
    return undefined;
  }
  const builder = new TreeBuilder(text, { ...options, positionAt, targets: aliasTargets(document.contents) });
  return builder.build(document.contents);
}

function describeSyntaxError({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") {
    return "a second document begins here; one .bun file describes one container, without '---' between";
  }
  if (code === "TAB_AS_INDENT") return "a tab indents this line; YAML is indented with spaces";
  if (message.includes("call stack")) return "values are nested too deeply";
  if (message.includes("flow-map-start")) {
    return "not YAML: a value that begins with '{' or holds '${…}' needs quotes inside { } and [ ]";
  }
  // Some of the library's messages end with a piece of the file, however long that is.
  const short = message.length > 120 ? `${message.slice(0, 120)}…` : message;
  return `not YAML: ${short[0].toLowerCase()}${short.slice(1)}`;
}

/** Where each `*name` leads: to the last `&name` before it in the file. */
function aliasTargets(root: Node): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(root, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

interface BuildOptions {
  problems: Problems;
  env: Readonly<Record<string, string>>;
  positionAt(offset: number): Position;
  targets: Map<Alias, Node>;
}

class TreeBuilder {
  /** Each node is built once, however many aliases lead to it. */
  readonly #built = new Map<Node, TreeNode>();
  readonly #open = new Set<Node>();
  /** Nodes below and with each node, every alias counted in full. */
  readonly #sizes = new Map<TreeNode, number>();

  constructor(readonly text: string, readonly options: BuildOptions) {}

  build(node: Node): TreeNode {
    if (isAlias(node)) return this.#buildAlias(node);
    const known = this.#built.get(node);
    if (known) return known;
    this.#open.add(node);
    const built = this.#buildNew(node);
    this.#open.delete(node);
    this.#built.set(node, built);
    return built;
  }

  #buildAlias(alias: Alias): TreeNode {
    const target = this.options.targets.get(alias);
    if (!target) return this.#broken(alias, `*${alias.source} has no &${alias.source} before it`);
    if (this.#open.has(target)) return this.#broken(alias, `*${alias.source} leads back into itself`);
    return this.build(target);
  }

  #buildNew(node: Node): TreeNode {
    const base = this.#base(node);
    if (isMap(node)) {
      const entries = this.#buildEntries(node);
      return this.#measured({ kind: "map", entries, ...base }, entries.map(({ value }) => value), node);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node));
      return this.#measured({ kind: "list", items, ...base }, items, node);
    }
    const { value, source } = node as Scalar;
    if (value === null) return { kind: "null", ...base };
    try {
      // Only texts are substituted, after YAML is read: no variable's value can bring in YAML of its own.
      const text = typeof value === "string" ? substitute(value, this.options.env) : source ?? String(value);
      return { kind: "scalar", text, ...base };
    } catch (error) {
      if (error instanceof SubstitutionError) return this.#broken(node, error.message);
      throw error;
    }
  }

  #measured(built: TreeNode, children: readonly TreeNode[], node: Node): TreeNode {
    const size = children.reduce((sum, child) => sum + (this.#sizes.get(child) ?? 1), 1);
    if (size > MAX_NODES) return this.#broken(node, "aliases make this too large");
    this.#sizes.set(built, size);
    return built;
  }

  #buildEntries(map: YAMLMap): MapEntry[] {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const keyNode = pair.key;
      const key = keyText(keyNode);
      const keyPosition = this.options.positionAt((keyNode ?? map).range![0]);
      if (key === undefined) {
        this.options.problems.add(keyPosition, "a key is a word: no list, map or alias, and not nothing");
        continue;
      }
      if (isMergeKey(keyNode)) {
        for (const entry of this.#mergedEntries(pair.value)) {
          if (!merged.has(entry.key)) merged.set(entry.key, entry);
        }
        continue;
      }
      const first = own.get(key);
      if (first) {
        const where = `it is already on line ${first.keyPosition.line}`;
        this.options.problems.add(keyPosition, `the key ${quote(key)} is given twice; ${where}`);
        continue;
      }
      const value: TreeNode = pair.value
        ? this.build(pair.value)
        : { ...keyPosition, kind: "null", written: "" };
      own.set(key, { key, keyPosition, value });
    }
    return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))];
  }

  /** A map, or a list of maps of which the earlier ones win. Source: yaml.org/type/merge.html. */
  #mergedEntries(value: Node | null): readonly MapEntry[] {
    if (!value) return [];
    const built = this.build(value);
    const sources = built.kind === "list" ? built.items : [built];
    return sources.flatMap((source) => {
      if (source.kind === "map") return source.entries;
      if (source.kind !== "broken") this.options.problems.add(source, "<< takes a map, or a list of maps");
      return [];
    });
  }

  #base(node: Node) {
    const [start, end] = node.range ?? [0, 0];
    const written = isCollection(node) ? "" : this.text.slice(start, end);
    return { ...this.options.positionAt(start), written };
  }

  #broken(node: Node, message: string): TreeNode {
    const base = this.#base(node);
    this.options.problems.add(base, message);
    return { kind: "broken", ...base };
  }
}

function keyText(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : node.source ?? String(node.value);
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.value === "<<" && (node.type === undefined || node.type === "PLAIN");
}
