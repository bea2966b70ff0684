import { testBad, testGood } from "../testing/cases.ts";

testGood([
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
