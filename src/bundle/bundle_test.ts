import assert from "node:assert/strict";
import { TestContainer } from "./test_container.ts";

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`a container of writeBundle() runs under ${runtime}`, async () => {
    using container = new TestContainer();
    const { code, stdout, stderr } = await container.run(
      ["sh", "-c", "id; cat /etc/hostname; exit 7"],
      {},
      runtime,
    );
    assert.equal(stderr, "");
    assert.equal(stdout, `uid=0(root) gid=0(root) groups=0(root)\n${container.id.slice(0, 12)}\n`);
    assert.equal(code, 7);
  });
}
