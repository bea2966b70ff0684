import { testBad, testGood } from "../testing/cases.ts";

testGood([
  ["tmpfs: /run", { tmpfs: [{ target: "/run", readOnly: false }] }],
  ["tmpfs: [/run, '/tmp:rw,noexec,nosuid,size=64m,mode=1777', '/x:ro']", {
    tmpfs: [
      { target: "/run", readOnly: false },
      { target: "/tmp", readOnly: false, sizeBytes: 64 * 1024 ** 2, mode: 0o1777 },
      { target: "/x", readOnly: true },
    ],
  }],
]);

testBad([
  [
    "tmpfs: [run, '/run:size=x', '/run:exec', '/']",
    "1:9: tmpfs[0] is 'run'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
    "1:14: tmpfs[1] is '/run:size=x'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
    "1:29: tmpfs[2] is '/run:exec'; expected of the options only size=64m, mode=1777, ro, rw, noexec, nosuid, nodev",
    "1:42: tmpfs[3] is '/'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
  ],
  ["tmpfs: [/a, /a/]", "1:13: tmpfs[1] repeats /a of line 3"],
  ["tmpfs: /a\nvolumes: [/a]", "1:8: tmpfs is '/a'; a tmpfs may not have the target of a volume"],
]);
