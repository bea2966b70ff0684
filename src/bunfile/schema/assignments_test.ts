import { testBad, testGood } from "../testing/cases.ts";

const NAME = "letters, digits, '_', '.' and '-', not beginning with a digit";

testGood([
  ["environment: {A: x, B: 1.10, C: true, D: 0x1F, E: ''}", {
    environment: { A: "x", B: "1.10", C: "true", D: "0x1F", E: "" },
  }],
  ["environment: [A=x, B=1=2, C=]", { environment: { A: "x", B: "1=2", C: "" } }],
  ["environment: {HOME: , EMPTY: ~, UNSET: null}", { environment: { HOME: "/home/me", EMPTY: "" } }],
  ["environment: [HOME, UNSET]", { environment: { HOME: "/home/me" } }],
  ["environment: {P: '${PORT}', Q: 'a${PORT:-1}b', R: $$x, S: $HOME}", {
    environment: { P: "8080", Q: "a8080b", R: "$x", S: "$HOME" },
  }],
  ["environment: {__proto__: x}", { environment: { ["__proto__"]: "x" } }],
  ["environment:\n  A: |\n    one\n    two\n", {
    environment: { A: "one\ntwo\n" },
  }],
  ["labels: {team: shop, com.example/x: 1, empty: }", {
    labels: { team: "shop", "com.example/x": "1", empty: "" },
  }],
  ["labels: [team=shop, flag]", { labels: { team: "shop", flag: "" } }],
  ["sysctls: {net.core.somaxconn: 1024, kernel.shmmax: 1}", {
    sysctls: { "net.core.somaxconn": "1024", "kernel.shmmax": "1" },
  }],
  ["sysctls: [net.ipv4.ip_forward=1]", { sysctls: { "net.ipv4.ip_forward": "1" } }],
]);

testBad([
  [
    'environment: {"A\\e[31m": [x]}',
    `1:15: a name in environment is 'A�[31m'; expected ${NAME}`,
    "1:26: environment.'A�[31m' is a list; expected a text, or nothing",
  ],
  ['labels: ["a\\e", "a\\e"]', "1:17: labels[1] repeats 'a�' of line 3"],
  [
    "environment: A=1",
    "1:14: environment is 'A=1'; expected a map of names to values, or a list of NAME=value or NAME",
  ],
  ["environment: {1A: x}", `1:15: a name in environment is '1A'; expected ${NAME}`],
  ["environment: {A: [x]}", "1:18: environment.A is a list; expected a text, or nothing"],
  [
    "environment: ['A B=hunter2']",
    `1:15: environment[0] cannot be read; expected NAME=value, where the name is ${NAME}`,
  ],
  ['environment: {A: "hunter2\\0"}', "1:18: environment.A cannot be read; expected a text"],
  ["environment: [A=1, B=2, A=3]", "1:25: environment[2] repeats A of line 3"],
  ["environment: {A: 1, A: 2}", "1:21: the key 'A' is given twice; it is already on line 3"],
  [
    "labels: [a b=c]",
    "1:10: labels[0] is 'a b=c'; expected NAME=value, where the name is a name without blanks and '='",
  ],
  ["sysctls: {net.core.somaxconn: }", "1:31: sysctls.net.core.somaxconn has no value; expected a text"],
  ["sysctls: [net.core.somaxconn]", "1:11: sysctls[0] is 'net.core.somaxconn'; expected NAME=value"],
  [
    "sysctls: {vm.swappiness: 1}",
    "1:11: a name in sysctls is 'vm.swappiness'; expected net.…, fs.mqueue.…, kernel.domainname, kernel.sem, " +
    "kernel.msgmax, .msgmnb, .msgmni, kernel.shmall, .shmmax, .shmmni or .shm_rmid_forced",
  ],
]);
