import { testBad, testGood } from "../testing/cases.ts";

const OPTION =
  "no-new-privileges, seccomp=unconfined or =FILE, apparmor=PROFILE, label=…, systempaths=unconfined";
const LIMITS =
  "one of as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, " +
  "rttime, sigpending, stack";

testGood([
  ["cap_add: [NET_ADMIN, cap_sys_time, ALL]", { cap_add: ["CAP_NET_ADMIN", "CAP_SYS_TIME", "ALL"] }],
  ["cap_drop: [all]", { cap_drop: ["ALL"] }],
  ["security_opt: [no-new-privileges, seccomp=unconfined, 'apparmor:my', label=disable]", {
    security_opt: ["no-new-privileges", "seccomp=unconfined", "apparmor=my", "label=disable"],
  }],
  ["security_opt: ['no-new-privileges:true', seccomp=./p.json, systempaths=unconfined]", {
    security_opt: ["no-new-privileges", "seccomp=/srv/p.json", "systempaths=unconfined"],
  }],
  ["ulimits: {nofile: {soft: 1024, hard: 4096}, core: 0, memlock: -1}", {
    ulimits: [
      { name: "nofile", soft: 1024, hard: 4096 },
      { name: "core", soft: 0, hard: 0 },
      { name: "memlock", soft: -1, hard: -1 },
    ],
  }],
]);

testBad([
  ["cap_add: NET_ADMIN", "1:10: cap_add is 'NET_ADMIN'; expected a list of Linux capabilities"],
  [
    "cap_add: [NET_ADMN, FLY, CAP_CAP_KILL]",
    "1:11: cap_add[0] is 'NET_ADMN'; expected a Linux capability; did you mean 'NET_ADMIN'?",
    "1:21: cap_add[1] is 'FLY'; expected a Linux capability, such as NET_ADMIN, or ALL",
    "1:26: cap_add[2] is 'CAP_CAP_KILL'; expected a Linux capability, such as NET_ADMIN, or ALL",
  ],
  ["cap_drop: [KILL, CAP_KILL]", "1:18: cap_drop[1] repeats CAP_KILL of line 3"],
  [
    "security_opt: [nnp, seccomp, systempaths=x, 'no-new-privileges:maybe']",
    `1:16: security_opt[0] is 'nnp'; expected ${OPTION}`,
    `1:21: security_opt[1] is 'seccomp'; expected ${OPTION}`,
    `1:30: security_opt[2] is 'systempaths=x'; expected ${OPTION}`,
    `1:45: security_opt[3] is 'no-new-privileges:maybe'; expected ${OPTION}`,
  ],
  [
    "ulimits: {nofiles: 1, files: 2}",
    `1:11: a name in ulimits is 'nofiles'; expected ${LIMITS}; did you mean 'nofile'?`,
    `1:23: a name in ulimits is 'files'; expected ${LIMITS}`,
  ],
  [
    "ulimits: {nofile: {soft: 2, hard: 1}, core: {soft: -1, hard: 1}, cpu: {soft: 1}}",
    "1:26: ulimits.nofile.soft is '2'; soft may not be above hard",
    "1:52: ulimits.core.soft is '-1'; soft may not be above hard",
    "1:71: ulimits.cpu.hard is missing; write hard: 4096",
  ],
  [
    "ulimits: {nofile: -2}",
    "1:19: ulimits.nofile is '-2'; expected a whole number from 0, or -1 for no limit",
  ],
]);
