/**
 * Names that are there, read from the disk as they stand: no engine is opened, nothing is mended and nothing is
 * started while somebody types.
 */
import { DEFAULT_NETWORK } from "../../store/network.ts";
import { storePaths } from "../../store/paths.ts";
import { readState } from "../../store/state.ts";

/** One word that could be typed. */
export interface Candidate {
  word: string;
  /** what it is, in a few words */
  about?: string;
}

/** Stands for files of the host: the shell knows them. */
export const FILES = ":files";

/**
 * By what a word is for: the name of an argument or of what the help calls a flag's value, or, where that is not
 * enough, with the command or the flag before it.
 */
const KINDS: Record<string, () => Candidate[] | Promise<Candidate[]>> = {
  "network create network": newName,
  "secret create name": newName,
  "run image": imagesAndFiles,
  "container run image": imagesAndFiles,
  "create image": imagesAndFiles,
  "container create image": imagesAndFiles,
  source: () => [...containers().map(withColon), files],
  destination: () => [...containers().map(withColon), files],
  "tag source": images,
  "image tag source": images,
  container: containers,
  image: images,
  repository: images,
  network: networks,
  name: async () => [...containers(), ...await images(), ...networks()],
  secret: secrets,
  key: settings,
  file: () => [files],
  "<network>": () => [...networks(), { word: "container:" }, ...containers().map(inContainer)],
  "<secret>": secrets,
  "--volume": () => [...volumes().map(withColon), files],
  "--device": () => [files],
  "--parent": interfaces,
  "import --env": newName,
  "image import --env": newName,
  "--env": () => Object.keys(Deno.env.toObject()).map((word) => ({ word })),
  "<key=value>": async () => (await settings()).map(({ word, about }) => ({ word: `${word}=`, about })),
  "<file>": () => [files],
  "<directory>": () => [files],
};

const files: Candidate = { word: FILES };

/** What the first of these kinds that is known has; undefined when none is. */
export async function candidatesFor(...kinds: string[]): Promise<Candidate[] | undefined> {
  const known = kinds.find((kind) => Object.hasOwn(KINDS, kind));
  return known === undefined ? undefined : await KINDS[known]();
}

function newName(): Candidate[] {
  return [];
}

function containers(): Candidate[] {
  return Object.values(readState(storePaths()).containers)
    .map(({ name, options }) => ({ word: name, about: options.image }));
}

function networks(): Candidate[] {
  const names = Object.values(readState(storePaths()).networks).map(({ name }) => name);
  return [...new Set([DEFAULT_NETWORK, "host", "none", ...names])].map((word) => ({ word }));
}

function volumes(): Candidate[] {
  return Object.keys(readState(storePaths()).volumes).map((word) => ({ word }));
}

async function images(): Promise<Candidate[]> {
  const { readEntries } = await import("../../image/layout.ts");
  const { familiarReference, parseReference } = await import("../../../oci/reference.ts");
  const names = readEntries(storePaths()).flatMap(({ name }) => name ?? []);
  return names.flatMap((name) => {
    const word = familiarReference(parseReference(name));
    // `busybox` is enough, but a tag may be on its way.
    return name.endsWith(":latest") && !word.endsWith(":latest")
      ? [{ word }, { word: `${word}:latest` }]
      : { word };
  });
}

async function imagesAndFiles(): Promise<Candidate[]> {
  return [...await images(), files];
}

async function secrets(): Promise<Candidate[]> {
  const { secretNames } = await import("../../engine/secret/look.ts");
  return secretNames(storePaths()).map((word) => ({ word }));
}

async function settings(): Promise<Candidate[]> {
  const { SETTINGS } = await import("../../config/settings.ts");
  return SETTINGS.map(({ name, key }) => ({ word: name, about: key.about.replaceAll("`", "") }));
}

/** Of the host. */
function interfaces(): Candidate[] {
  return Array.from(Deno.readDirSync("/sys/class/net"), ({ name }) => ({ word: name }));
}

function inContainer({ word, about }: Candidate): Candidate {
  return { word: `container:${word}`, about };
}

function withColon({ word, about }: Candidate): Candidate {
  return { word: `${word}:`, about };
}
