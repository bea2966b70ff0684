import { byKind, list } from "../types/collection.ts";
import { object, optional, required, shortFor, withDefault } from "../types/object.ts";
import { integer, text } from "../types/scalar.ts";
import { fileMode, name } from "./words.ts";

const secret = object({
  source: required(name, { about: "The name of the secret.", example: "db_password" }),
  target: optional(text("a file name, or an absolute path in the container", /^[^\0]+$/), {
    about: "The file: a name in `/run/secrets`, or an absolute path.",
    example: "password",
    otherwise: "the name of the secret",
  }),
  uid: withDefault(integer({ min: 0, max: 4_294_967_294 }), 0, {
    about: "Owner of the file.",
    example: "999",
  }),
  gid: withDefault(integer({ min: 0, max: 4_294_967_294 }), 0, {
    about: "Group of the file.",
    example: "999",
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
