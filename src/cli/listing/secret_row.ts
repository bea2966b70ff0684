/** A secret as one row of `secret ls`, in docker's words. */
import type { SecretInfo } from "../../engine/secret/look.ts";
import { formatAgo } from "../output/time.ts";

/** Titles of the columns, and of every field in `--format 'table …'`. */
export const SECRET_HEADERS = {
  ID: "ID",
  Name: "NAME",
  Driver: "DRIVER",
  CreatedAt: "CREATED",
  UpdatedAt: "UPDATED",
  Labels: "LABELS",
};

/** @param now in milliseconds */
export function secretRow({ id, name, labels, createdAt, updatedAt }: SecretInfo, now: number) {
  return {
    ID: id,
    Name: name,
    Driver: "file",
    CreatedAt: formatAgo(createdAt, now),
    UpdatedAt: formatAgo(updatedAt, now),
    Labels: Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(","),
    Label: (key: string) => Object.hasOwn(labels, key) ? labels[key] : "", // not what every object inherits
  };
}
