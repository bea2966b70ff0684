/** YAML 1.2 to the plain tree of `tree.ts`. The one importer of the YAML library. */
import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
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

/** Each document is a container; more of them in one file is a mistake. */
export const MAX_DOCUMENTS = 100;

/**
 * The tree of each document of the file; undefined when one could not be read, with the reasons in `problems`.
 * Positions are those in the file.
 *
 * @param options.env what `${VAR}` stands for
 * @param options.whenEmpty what is wrong with a file of nothing but comments; undefined: it has no documents
 */
export function readYaml(
  text: string,
  options: { problems: Problems; env: Readonly<Record<string, string>>; whenEmpty?: string },
): TreeNode[] | undefined {
  const { problems, whenEmpty } = options;
  checkCharacters(text, problems);
  if (!problems.isEmpty) return undefined;
  const lineCounter = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const documents = composeDocuments(text, lineCounter);
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  for (const error of errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
    problems.add(positionAt(error.pos[0]), describeSyntaxError(error));
  }
  if (documents.length > MAX_DOCUMENTS) {
    const excess = positionAt(documents[MAX_DOCUMENTS].range[0]);
    problems.add(excess, `one document too many begins here; a file holds at most ${MAX_DOCUMENTS}`);
  }
  if (documents.length === 0 || (documents.length === 1 && isEmpty(documents[0]))) {
    if (whenEmpty === undefined) return [];
    problems.add({ line: 1, column: 1 }, whenEmpty);
  }
  if (!problems.isEmpty) return undefined;

  let nodesLeft = MAX_NODES;
  return documents.map((document) => {
    const contents = document.contents!;
    if (isEmpty(document)) {
      problems.add(
        positionAt(document.range[0]),
        "the document that begins here is empty; leave out its '---'",
      );
    }
    const targets = aliasTargets(contents);
    const builder = new TreeBuilder(text, { ...options, positionAt, targets, maxNodes: nodesLeft });
    const tree = builder.build(contents);
    nodesLeft -= builder.sizeOf(tree);
    return tree;
  });
}

/** What YAML 1.2 §5.1 leaves out, which the library does not look at. A byte order mark may come first. */
function checkCharacters(text: string, problems: Problems) {
  // deno-lint-ignore no-control-regex
  const index = text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/);
  if (index < 0) return;
  const lines = text.slice(0, index).split("\n");
  const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, "0");
  const position = { line: lines.length, column: lines.at(-1)!.length + 1 };
  problems.add(position, `not a text: here is the control character U+${code}`);
}

/** One after the other, so that a file of nothing but `---` is left after one too many. */
function composeDocuments(text: string, lineCounter: LineCounter): Document.Parsed[] {
  const composer = new Composer({
    prettyErrors: false, // positions and excerpts are ours
    uniqueKeys: false, // ours also sees that 1 and "1" are the same key
    resolveKnownTags: false, // no !!binary, !!set: they would be values of no kind here
  });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(new Parser(lineCounter.addNewLine).parse(text))) {
    documents.push(document);
    if (documents.length > MAX_DOCUMENTS) break;
  }
  return documents;
}

/** Nothing but comments; `null` is written and thus something. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return isScalar(contents) && contents.value === null && contents.source === "";
}

function describeSyntaxError({ code, message }: YAMLError): string {
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
  /** aliases counted in full */
  maxNodes: number;
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

  sizeOf(tree: TreeNode): number {
    return this.#sizes.get(tree) ?? 1;
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
    const size = children.reduce((sum, child) => sum + this.sizeOf(child), 1);
    if (size > this.options.maxNodes) return this.#broken(node, "aliases make this too large");
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
