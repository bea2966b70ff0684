import assert from "node:assert/strict";
import { resolveUser } from "./user.ts";

/** A rootfs with these two files. */
class TestRootfs implements Disposable {
  readonly path: string = Deno.makeTempDirSync();

  constructor(passwd?: string, group?: string) {
    Deno.mkdirSync(`${this.path}/etc`);
    if (passwd !== undefined) Deno.writeTextFileSync(`${this.path}/etc/passwd`, passwd);
    if (group !== undefined) Deno.writeTextFileSync(`${this.path}/etc/group`, group);
  }

  resolve(user?: string, groupAdd: string[] = []) {
    return resolveUser(this.path, user, groupAdd);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const PASSWD =
  "root:x:0:0:root:/root:/bin/sh\napp:x:7:8:App:/home/app:/bin/sh\n1234:x:5:6::/digits:\nbroken\n:::\n";
const GROUP = "root:x:0:\napp:x:8:\nextra:x:9:root,app\naudio:x:29:app\n";

function withFiles<Result>(act: (rootfs: TestRootfs) => Result): Result {
  using rootfs = new TestRootfs(PASSWD, GROUP);
  return act(rootfs);
}

Deno.test("nobody named is root, with root's groups and home", () => {
  const root = { uid: 0, gid: 0, additionalGids: [0, 9], home: "/root" };
  assert.deepEqual(withFiles((rootfs) => [rootfs.resolve(), rootfs.resolve("")]), [root, root]);
});

Deno.test("a name and its number are the same user", () => {
  const app = { uid: 7, gid: 8, additionalGids: [8, 9, 29], home: "/home/app" };
  assert.deepEqual(withFiles((rootfs) => [rootfs.resolve("app"), rootfs.resolve("7")]), [app, app]);
});

Deno.test("a group given by hand is the only one", () => {
  const { gid, additionalGids } = withFiles((rootfs) => rootfs.resolve("app:audio"));
  assert.deepEqual([gid, additionalGids], [29, [29]]);
  assert.equal(withFiles((rootfs) => rootfs.resolve("app:77")).gid, 77);
  assert.equal(withFiles((rootfs) => rootfs.resolve(":audio")).gid, 29);
});

Deno.test("further groups are added by name and by number", () => {
  const { additionalGids } = withFiles((rootfs) => rootfs.resolve("77:88", ["audio", "4", "88"]));
  assert.deepEqual(additionalGids, [88, 29, 4]);
});

Deno.test("a number that nobody has is taken as it is", () => {
  assert.deepEqual(withFiles((rootfs) => rootfs.resolve("55")), {
    uid: 55,
    gid: 0,
    additionalGids: [0],
    home: "/",
  });
});

Deno.test("a name made of digits is a name first", () => {
  assert.deepEqual(withFiles((rootfs) => rootfs.resolve("1234")).uid, 5);
});

Deno.test("unknown names are refused, with the file they are missing in", () => {
  const hint = "Give a number, or a user that the image has";
  assert.throws(() => withFiles((rootfs) => rootfs.resolve("nope")), {
    message: "Cannot run as user 'nope': no matching entry in the image's /etc/passwd",
    hint,
    exitCode: 125,
  });
  assert.throws(() => withFiles((rootfs) => rootfs.resolve("app:nope")), /group 'nope': .*\/etc\/group/);
  assert.throws(() => withFiles((rootfs) => rootfs.resolve("app", ["nope"])), /group 'nope'/);
  assert.throws(() => withFiles((rootfs) => rootfs.resolve("4294967296")), /user '4294967296'/);
});

Deno.test("an image without the files has numbers only", () => {
  using rootfs = new TestRootfs();
  assert.deepEqual(rootfs.resolve(), { uid: 0, gid: 0, additionalGids: [0], home: "/" });
  assert.throws(() => rootfs.resolve("root"), /no matching entry/);
});
