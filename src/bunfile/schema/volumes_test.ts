import { testBad, testGood } from "../testing/cases.ts";

function bind(source: string, target: string, readOnly = false) {
  return { type: "bind", source, target, readOnly } as const;
}

function volume(source: string, target: string, readOnly = false) {
  return { type: "volume", source, target, readOnly } as const;
}

const SHORT = "a text such as ./data:/data, data:/data:ro";
const SOURCE =
  "a path that begins with /, ./, ../ or ~/, or a volume's name of letters, digits, '_', '.' and '-'";
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
]);

testBad([
  ["volumes: {a: b}", "1:10: volumes is a map; expected a list of volumes"],
  ["volumes: [{source: ./a}]", "1:11: volumes[0].target is missing; write target: /usr/share/nginx/html"],
  [
    "volumes: [{source: ./a, target: data}, {source: ./a, target: /}]",
    "1:33: volumes[0].target is 'data'; expected an absolute path in the container, such as /data",
    "1:62: volumes[1].target is '/'; expected an absolute path in the container, such as /data",
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
    "volumes:\n  - ./a:/data\n  - source: -b\n    target: /data/\n",
    `3:13: volumes[1].source is '-b'; expected ${SOURCE}`,
  ],
  [
    "volumes:\n  - ./a:/data\n  - ./b:/data/\n",
    "3:5: volumes[1] repeats /data of line 4",
  ],
  [
    "volumes: [/a/../]",
    "1:11: volumes[0] is '/a/../'; expected an absolute path in the container, as in ./data:/data",
  ],
  ["volumes: [/a/b/.., ./x:/a/.]", "1:20: volumes[1] repeats /a of line 3"],
]);
