/** Who a container's process is: names are looked up in the image's own files, as docker does. */
import { BudgieError } from "../base/errors.ts";
import { RootedDirectory } from "../linux/rooted_directory.ts";

/** Numbers for the kernel, and the home directory for the environment. */
export interface ResolvedUser {
  uid: number;
  gid: number;
  /** `gid` first: a process could otherwise leave its group and pass files that exclude it (CVE-2022-36109) */
  additionalGids: number[];
  home: string;
}

/** More than any image's; a hostile one does not fill our memory. */
const MAX_FILE_BYTES = 4 * 1024 ** 2;
/** The highest ID that docker accepts (moby/sys/user). */
const MAX_ID = 2 ** 31 - 1;

/**
 * @param rootfs where the image's files are, on the host
 * @param user `name`, `uid`, either with `:group` or `:gid`; empty: root
 * @param groupAdd further groups, names or numbers
 * @throws BudgieError when a name is not in the image's /etc/passwd or /etc/group
 */
export function resolveUser(
  rootfs: string,
  user: string | undefined,
  groupAdd: readonly string[],
): ResolvedUser {
  using files = new RootedDirectory(rootfs);
  return resolveUserIn(files, user, groupAdd);
}

/** resolveUser, with the rootfs already open. */
export function resolveUserIn(
  rootfs: RootedDirectory,
  user: string | undefined,
  groupAdd: readonly string[],
): ResolvedUser {
  const passwd = parsePasswd(rootfs.readFile("/etc/passwd", MAX_FILE_BYTES) ?? "");
  const groups = parseGroup(rootfs.readFile("/etc/group", MAX_FILE_BYTES) ?? "");
  const [userPart, groupPart] = splitUser(user || "0");

  const entry = findEntry(passwd, userPart);
  const uid = entry?.uid ?? parseId(userPart);
  if (uid === undefined) throw new UnknownUserError(userPart, "user", "passwd");

  const gid = groupPart === "" ? entry?.gid ?? 0 : groupId(groups, groupPart);
  // A group given by hand replaces those of /etc/group, as in docker.
  const memberOf = groupPart === "" && entry
    ? groups.filter((group) => group.members.includes(entry.name))
    : [];
  const added = [...memberOf.map((group) => group.gid), ...groupAdd.map((group) => groupId(groups, group))];
  return { uid, gid, additionalGids: [...new Set([gid, ...added])], home: entry?.home || "/" };
}

/** A name or number that the image does not know. */
export class UnknownUserError extends BudgieError {
  override name = "UnknownUserError";

  constructor(wanted: string, kind: "user" | "group", file: "passwd" | "group") {
    super(`Cannot run as ${kind} '${wanted}': no matching entry in the image's /etc/${file}`, {
      hint: `Give a number, or a ${kind} that the image has`,
      exitCode: 125,
    });
  }
}

interface PasswdEntry {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

interface GroupEntry {
  name: string;
  gid: number;
  members: string[];
}

function splitUser(text: string): [string, string] {
  const colon = text.indexOf(":");
  return colon === -1 ? [text, ""] : [text.slice(0, colon) || "0", text.slice(colon + 1)];
}

// passwd(5): name:password:UID:GID:comment:home:shell
function parsePasswd(text: string): PasswdEntry[] {
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid, , home] = line.trim().split(":");
    const entry = { name, uid: parseId(uid), gid: parseId(gid), home };
    return name && entry.uid !== undefined && entry.gid !== undefined ? [entry as PasswdEntry] : [];
  });
}

// group(5): name:password:GID:members
function parseGroup(text: string): GroupEntry[] {
  return text.split("\n").flatMap((line) => {
    const [name, , gid, members = ""] = line.trim().split(":");
    const id = parseId(gid);
    return name && id !== undefined ? [{ name, gid: id, members: members.split(",") }] : [];
  });
}

// A name that looks like a number is a name first: the image's own files decide.
function findEntry(passwd: PasswdEntry[], wanted: string): PasswdEntry | undefined {
  return passwd.find((entry) => entry.name === wanted) ??
    passwd.find((entry) => entry.uid === parseId(wanted));
}

function groupId(groups: GroupEntry[], wanted: string): number {
  const entry = groups.find((group) => group.name === wanted);
  const gid = entry?.gid ?? parseId(wanted);
  if (gid === undefined) throw new UnknownUserError(wanted, "group", "group");
  return gid;
}

function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= MAX_ID ? id : undefined;
}
