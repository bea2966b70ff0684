import { parseSecretTarget } from "../../base/secret_target.ts";
import { byKind, list } from "../../yaml/types/collection.ts";
import { object, optional, required, shortFor, withDefault } from "../../yaml/types/object.ts";
import { integer, text, word } from "../../yaml/types/scalar.ts";
import { fileMode, name } from "./words.ts";

/** As `parseSecretTarget` has it: what is in `/run/secrets` by its name alone. */
const target = word({
  words: "a file name, or an absolute path in the container",
  json: { type: "string", minLength: 1 },
  parse: parseSecretTarget,
});

const secret = object({
  source: required(name, { about: "The name of the secret.", example: "db_password" }),
  target: optional(target, {
    about: "The file: a name in `/run/secrets`, or an absolute path.",
    example: "password",
    otherwise: "the name of the secret",
  }),
  uid: optional(integer({ min: 0, max: 4_294_967_294 }), {
    about: "Owner of the file.",
    example: "999",
    otherwise: "the container's user",
  }),
  gid: optional(integer({ min: 0, max: 4_294_967_294 }), {
    about: "Group of the file.",
    example: "999",
    otherwise: "the group of the container's user",
  }),
  mode: withDefault(fileMode, "0400", { about: "Permission bits of the file, in octal.", example: "0440" }),
  env: optional(text("a variable's name", /^[A-Za-z_][A-Za-z0-9_]*$/), {
    about: "A variable to hold the value as well, for programs that read no file. Every process of the " +
      "container can read it.",
    example: "DB_PASSWORD",
    otherwise: "the file only",
  }),
});

/** `- db_password`, or a map. */
export const secrets = list(byKind({ scalar: shortFor(secret, "source", name), map: secret }), {
  of: "secrets",
  identity: ({ target, source }) => target ?? source,
});
