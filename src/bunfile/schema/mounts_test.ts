import { testBad, testGood } from "../testing/cases.ts";

const bind = (
  source: string,
  target: string,
  readOnly = false,
) => ({ type: "bind", source, target, readOnly } as const);
const volume = (
  source: string,
  target: string,
  readOnly = false,
) => ({ type: "volume", source, target, readOnly } as const);

const SHORT = "a text such as ./data:/data, data:/data:ro";
const SOURCE =
  "a path that begins with /, ./, ../ or ~/, or a volume's name of two or more letters, digits, '_', " +
  "'.' and '-'";
const MODE = "rw, ro, nocopy or one of private, rprivate, shared, rshared, slave, rslave";

testGood([
  ["volumes: [{source: ./site, target: /site, mode: ro}]", { volumes: [bind("/srv/site", "/site", true)] }],
  ["volumes: [{source: data, target: /data/}]", { volumes: [volume("data", "/data")] }],
  ["volumes: [{target: /data}]", { volumes: [volume("", "/data")] }],
  ["volumes: [/data]", { volumes: [volume("", "/data")] }],
  ["volumes: ['.:/a', ../b:/b, ~:/c, ~/d:/d:ro, /e:/e]", {
    volumes: [
      bind("/srv", "/a"),
      bind("/b", "/b"),
      bind("/home/me", "/c"),
      bind("/home/me/d", "/d", true),
      bind("/e", "/e"),
    ],
  }],
  ["volumes: [my_data.1:/a, '${PORT}:/b:rw']", {
    volumes: [volume("my_data.1", "/a"), volume("8080", "/b")],
  }],
  ["volumes: ['/a:/a:ro,rslave', data:/b:nocopy]", {
    volumes: [{ ...bind("/a", "/a", true), propagation: "rslave" }, {
      ...volume("data", "/b"),
      noCopy: true,
    }],
  }],
  ["tmpfs: /run", { tmpfs: [{ target: "/run", readOnly: false }] }],
  ["tmpfs: [/run, '/tmp:rw,noexec,nosuid,size=64m,mode=1777', '/x:ro']", {
    tmpfs: [
      { target: "/run", readOnly: false },
      { target: "/tmp", readOnly: false, sizeBytes: 64 * 1024 ** 2, mode: 0o1777 },
      { target: "/x", readOnly: true },
    ],
  }],
  ["devices: [/dev/a, /dev/b:/dev/c, /dev/d:r, /dev/e:/dev/f:rw, {source: /dev/g}]", {
    devices: [
      { hostPath: "/dev/a", containerPath: "/dev/a", permissions: "rwm" },
      { hostPath: "/dev/b", containerPath: "/dev/c", permissions: "rwm" },
      { hostPath: "/dev/d", containerPath: "/dev/d", permissions: "r" },
      { hostPath: "/dev/e", containerPath: "/dev/f", permissions: "rw" },
      { hostPath: "/dev/g", containerPath: "/dev/g", permissions: "rwm" },
    ],
  }],
]);

testBad([
  ["volumes: {a: b}", "1:10: volumes is a map; expected a list of volumes"],
  ["volumes: [{source: ./a}]", "1:11: volumes[0].target is missing; write target: /usr/share/nginx/html"],
  [
    "volumes: [{source: ./a, target: data}, {source: ./a, target: /}]",
    "1:33: volumes[0].target is 'data'; expected an absolute path in the container, such as /data",
    "1:62: volumes[1].target is '/'; expected an absolute path below /, such as /data",
  ],
  ["volumes: [{source: a/b, target: /a}]", `1:20: volumes[0].source is 'a/b'; expected ${SOURCE}`],
  [
    "volumes: [{source: a, target: /a, mode: r}]",
    "1:41: volumes[0].mode is 'r'; expected rw or ro, and after a comma maybe nocopy or one of " +
    "private, rprivate, shared, rshared, slave, rslave",
  ],
  [
    "volumes: [{source: ./a, target: /a, mode: nocopy}]",
    "1:20: volumes[0].source is './a'; expected a volume's name: nocopy is not for host paths",
  ],
  [
    "volumes: [{source: data, target: /a, mode: rslave}]",
    "1:20: volumes[0].source is 'data'; expected a path of the host: rslave is not for volumes",
  ],
  [
    "volumes: [{source: ./a, target: /a, read_only: true}]",
    "1:37: unknown key 'read_only' in volumes[0]; write mode: ro",
  ],
  ["volumes: [a/b:/a]", `1:11: volumes[0] is 'a/b:/a'; expected ${SOURCE}`],
  ["volumes: [~you/b:/a]", `1:11: volumes[0] is '~you/b:/a'; expected ${SOURCE}`],
  ["volumes: [':/a']", `1:11: volumes[0] is ':/a'; expected ${SHORT}`],
  ["volumes: ['/a:/b:ro:x']", `1:11: volumes[0] is '/a:/b:ro:x'; expected ${SHORT}`],
  [
    "volumes: [./a]",
    "1:11: volumes[0] is './a'; expected an absolute path in the container, as in ./data:/data",
  ],
  [
    "volumes: ['./a:b']",
    "1:11: volumes[0] is './a:b'; expected an absolute path in the container, as in ./data:/data",
  ],
  ["volumes: [./a:/b:rx]", `1:11: volumes[0] is './a:/b:rx'; expected after the last colon ${MODE}`],
  ["volumes: ['./a:/b:ro,rw']", `1:11: volumes[0] is './a:/b:ro,rw'; expected after the last colon ${MODE}`],
  [
    "volumes: [./a:/b:Z]",
    "1:11: volumes[0] is './a:/b:Z'; expected no z or Z: SELinux labels are not supported yet",
  ],
  [
    "volumes:\n  - ./a:/data\n  - source: b\n    target: /data/\n",
    `3:13: volumes[1].source is 'b'; expected ${SOURCE}`,
  ],
  [
    "volumes:\n  - ./a:/data\n  - ./b:/data/\n",
    "3:5: volumes[1] repeats /data of line 4",
  ],
  [
    "tmpfs: [run, '/run:size=x', '/run:exec', '/']",
    "1:9: tmpfs[0] is 'run'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
    "1:14: tmpfs[1] is '/run:size=x'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
    "1:29: tmpfs[2] is '/run:exec'; expected of the options only size=64m, mode=1777, ro, rw, noexec, nosuid, nodev",
    "1:42: tmpfs[3] is '/'; expected an absolute path, maybe with options: /run, /run:size=64m,mode=0755,ro",
  ],
  ["tmpfs: [/a, /a/]", "1:13: tmpfs[1] repeats /a of line 3"],
  ["tmpfs: /a\nvolumes: [/a]", "1:8: tmpfs is '/a'; a tmpfs may not have the target of a volume"],
  [
    "devices: [dev/a, /dev/b:rr]",
    "1:11: devices[0] is 'dev/a'; expected a text such as /dev/ttyUSB0, /dev/ttyUSB0:/dev/modem:rw",
    "1:18: devices[1] is '/dev/b:rr'; expected a text such as /dev/ttyUSB0, /dev/ttyUSB0:/dev/modem:rw",
  ],
  [
    "devices: [{source: /dev/a, permissions: x}]",
    "1:41: devices[0].permissions is 'x'; expected r, w and m (mknod), each at most once",
  ],
]);
