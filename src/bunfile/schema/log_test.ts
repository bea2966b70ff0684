import { testBad, testGood } from "../testing/cases.ts";

testGood([
  ["log: {max_size: 1m, max_files: 5}", { log: { max_size: 1024 ** 2, max_files: 5 } }],
  ["log: {max_size: 65536}", { log: { max_size: 65_536, max_files: undefined } }],
  ["", { log: { max_size: undefined, max_files: undefined } }],
]);

testBad([
  [
    "log: {max_size: 63k, max_files: 0}",
    "1:17: log.max_size is '63k'; expected bytes, or a size such as 64k, 512m, 1.5g, from 65536",
    "1:33: log.max_files is '0'; expected a whole number from 1 to 100",
  ],
  [
    "log: {max_size: -1}",
    "1:17: log.max_size is '-1'; expected bytes, or a size such as 64k, 512m, 1.5g, from 65536",
  ],
  ["log: {max-file: 3}", "1:7: unknown key 'max-file' in log; write max_files"],
  ["logging: {}", "1:1: unknown key 'logging'; write log"],
]);
