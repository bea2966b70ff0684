/** Names of containers and networks: checked, or made up. */
import { UsageError } from "../base/errors.ts";

/** Docker's rule, with podman's one-letter names. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** NAME_MAX: it may become the name of a file. */
const MAX_LENGTH = 255;
/** In a message. */
const MAX_SHOWN = 64;

/**
 * @param kind of what gets the name
 * @throws UsageError
 */
export function checkName(name: string, kind = "container"): string {
  if (isName(name)) return name;
  const shown = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  throw new UsageError(`Cannot name a ${kind} '${shown}'`, {
    hint: `Use up to ${MAX_LENGTH} letters, digits, '_', '.' and '-', and begin with a letter or a digit`,
  });
}

/** Whether a container or a network may have it as its name. */
export function isName(text: string): boolean {
  return NAME.test(text) && text.length <= MAX_LENGTH;
}

/** An adjective and a bird that nobody has yet. */
export function makeName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; attempt < 100; attempt++) {
    const name = `${pick(ADJECTIVES)}_${pick(BIRDS)}`;
    if (!isTaken(name)) return name;
  }
  return `${pick(ADJECTIVES)}_${pick(BIRDS)}_${crypto.randomUUID().slice(0, 8)}`;
}

function pick(words: string): string {
  const list = words.split(" ");
  return list[crypto.getRandomValues(new Uint32Array(1))[0] % list.length];
}

const ADJECTIVES =
  "agile amber bold brave bright brisk calm cheery clever crimson curious daring eager early " +
  "fair fluffy fond gentle glad golden green happy humble jolly keen kind lively lucky mellow merry mighty " +
  "nimble noble patient plucky proud quick quiet rapid rosy shiny silent sleek small spry steady sunny swift " +
  "tender tidy vivid warm wise witty young";
const BIRDS = "albatross avocet bittern bluebird bunting buzzard canary chaffinch cockatoo condor coot " +
  "cormorant crane crow cuckoo curlew dipper dove dunlin eagle egret falcon finch flamingo goldfinch goose " +
  "grebe grouse gull hawk heron hoopoe hornbill ibis jackdaw jay kestrel kingfisher kite lapwing lark linnet " +
  "lorikeet macaw magpie martin merlin nightjar nuthatch oriole osprey owl parakeet parrot partridge pelican " +
  "penguin petrel pigeon pipit plover puffin quail raven redstart robin rook sandpiper siskin skylark snipe " +
  "sparrow starling stork swallow swan swift teal tern thrush toucan treecreeper wagtail warbler waxwing " +
  "whimbrel woodcock woodpecker wren";
