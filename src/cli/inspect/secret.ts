/** A secret as docker's `secret inspect` shows it: never with its value. */
import { goMap } from "../../base/template/value.ts";
import type { SecretInfo } from "../../engine/secret/look.ts";

export function inspectSecret({ id, name, version, labels, createdAt, updatedAt }: SecretInfo) {
  return {
    ID: id,
    Version: { Index: version },
    CreatedAt: createdAt,
    UpdatedAt: updatedAt,
    Spec: { Name: name, Labels: goMap(labels), Driver: { Name: "file" } },
  };
}
