import { testBad, testGood } from "../testing/cases.ts";

const NAME = "a name of letters, digits, '_', '.' and '-', the first a letter or digit";

testGood([
  ["name: web", { name: "web" }],
  ["name: w", { name: "w" }],
  ["name: 12", { name: "12" }],
  ["name: a.b_c-1", { name: "a.b_c-1" }],
  ['name: "${PORT}"', { name: "8080" }],
  ["user: 1000", { user: "1000" }],
  ["user: www-data:101", { user: "www-data:101" }],
  ["hostname: web.example.com", { hostname: "web.example.com" }],
  ["tty: true\nstdin_open: False\ninit: TRUE", { tty: true, stdin_open: false, init: true }],
  ["stop_timeout: 30s", { stop_timeout: 30_000 }],
  ["stop_timeout: 1m30s", { stop_timeout: 90_000 }],
  ["stop_timeout: 1.5", { stop_timeout: 1500 }],
  ['stop_timeout: "20"', { stop_timeout: 20_000 }],
  ["stop_timeout: 0", { stop_timeout: 0 }],
  ["shm_size: 1048576", { shm_size: 1024 ** 2 }],
  ["shm_size: 64m", { shm_size: 64 * 1024 ** 2 }],
  ["shm_size: 1.5gb", { shm_size: 1.5 * 1024 ** 3 }],
]);

testBad([
  [`name: ${"w".repeat(256)}`, `1:7: name is '${"w".repeat(59)}…'; expected ${NAME}`],
  ["name: -web", `1:7: name is '-web'; expected ${NAME}`],
  ["name: my web", `1:7: name is 'my web'; expected ${NAME}`],
  ['name: ""', `1:7: name is ''; expected ${NAME}`],
  ["name:", `1:6: name has no value; expected ${NAME}`],
  ["name: [web]", `1:7: name is a list; expected ${NAME}`],
  ["name: {a: b}", `1:7: name is a map; expected ${NAME}`],
  ['name: "${SECRET} x"', `1:7: name is '\${SECRET} x' with its variables in place; expected ${NAME}`],
  ["name: ${NOPE}", "1:7: the variable NOPE is not set; set it, or write ${NOPE:-default}"],
  ["user: a b", "1:7: user is 'a b'; expected user or user:group, names or numbers"],
  ["user: a:b:c", "1:7: user is 'a:b:c'; expected user or user:group, names or numbers"],
  ["hostname: -a", "1:11: hostname is '-a'; expected a host name of at most 64 letters, digits, '-' and '.'"],
  ["tty: yes", "1:6: tty is 'yes'; expected true or false"],
  ["tty: 1", "1:6: tty is '1'; expected true or false"],
  [
    "stop_timeout: 5 minutes",
    "1:15: stop_timeout is '5 minutes'; expected seconds, or a duration such as 500ms, 30s, 1m30s",
  ],
  [
    "stop_timeout: -1",
    "1:15: stop_timeout is '-1'; expected seconds, or a duration such as 500ms, 30s, 1m30s",
  ],
  [
    "stop_timeout: .inf",
    "1:15: stop_timeout is '.inf'; expected seconds, or a duration such as 500ms, 30s, 1m30s",
  ],
  ["shm_size: big", "1:11: shm_size is 'big'; expected bytes, or a size such as 64k, 512m, 1.5g, from 1"],
  ["shm_size: 0", "1:11: shm_size is '0'; expected bytes, or a size such as 64k, 512m, 1.5g, from 1"],
  ["shm_size: 1e30", "1:11: shm_size is '1e30'; expected bytes, or a size such as 64k, 512m, 1.5g, from 1"],
]);
