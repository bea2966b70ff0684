import { testBad, testGood } from "../testing/cases.ts";

const POLICIES = "one of no, always, on-failure, unless-stopped";
const NAME = "a name of letters, digits, '_', '.' and '-', the first a letter or digit";

testGood([
  ["name: web", { restart_policy: { name: "no", maximumRetryCount: 0 } }],
  ["restart_policy: no", { restart_policy: { name: "no", maximumRetryCount: 0 } }],
  ["restart_policy: unless-stopped", { restart_policy: { name: "unless-stopped", maximumRetryCount: 0 } }],
  ["restart_policy: on-failure:5", { restart_policy: { name: "on-failure", maximumRetryCount: 5 } }],
  ["restart_policy: {name: on-failure, maximum_retry_count: 5}", {
    restart_policy: { name: "on-failure", maximumRetryCount: 5 },
  }],
  ["restart_policy: {name: always}", { restart_policy: { name: "always", maximumRetryCount: 0 } }],
  ["stop_signal: SIGQUIT", { stop_signal: "SIGQUIT" }],
  ["stop_signal: 9", { stop_signal: "9" }],
  ["stop_signal: RTMIN+3", { stop_signal: "RTMIN+3" }],
  ["depends_on: [db, cache]", {
    depends_on: [
      { name: "db", condition: "started", restart: false },
      { name: "cache", condition: "started", restart: false },
    ],
  }],
  ["depends_on: {db: {condition: healthy, restart: true}, job: {condition: completed}, ca: {}}", {
    depends_on: [
      { name: "db", condition: "healthy", restart: true },
      { name: "job", condition: "completed", restart: false },
      { name: "ca", condition: "started", restart: false },
    ],
  }],
  ["name: web", { replicas: { min: 1, max: 1 } }],
  ["replicas: {min: 2, max: 4}", { replicas: { min: 2, max: 4 } }],
  ["replicas: {min: 2}", { replicas: { min: 2, max: 2 } }],
  ["replicas: {max: 3}", { replicas: { min: 1, max: 3 } }],
]);

testBad([
  [
    "restart_policy: allways",
    `1:17: restart_policy is 'allways'; expected ${POLICIES}, or on-failure:N; did you mean 'always'?`,
  ],
  [
    "restart_policy: always:3",
    "1:17: restart_policy is 'always:3'; expected a number of retries with on-failure only",
  ],
  [
    "restart_policy: on-failure:x",
    `1:17: restart_policy is 'on-failure:x'; expected ${POLICIES}, or on-failure:N`,
  ],
  [
    "restart_policy: {name: allways}",
    `1:24: restart_policy.name is 'allways'; expected ${POLICIES}; did you mean 'always'?`,
  ],
  [
    "restart_policy: {name: always, maximum_retry_count: 3}",
    "1:53: restart_policy.maximum_retry_count is '3'; maximum_retry_count is for on-failure only",
  ],
  [
    "restart_policy: {name: on-failure, maximum_retry_count: -1}",
    "1:57: restart_policy.maximum_retry_count is '-1'; expected a whole number from 0 to 1000000",
  ],
  [
    "stop_signal: STOPP",
    "1:14: stop_signal is 'STOPP'; expected a signal, such as TERM, SIGTERM, 15, RTMIN+3",
  ],
  ["stop_signal: 0", "1:14: stop_signal is '0'; expected a signal, such as TERM, SIGTERM, 15, RTMIN+3"],
  ["stop_signal: 65", "1:14: stop_signal is '65'; expected a signal, such as TERM, SIGTERM, 15, RTMIN+3"],
  ["depends_on: db", "1:13: depends_on is 'db'; expected a list of names, or a map of names to conditions"],
  ["depends_on: [db, db]", "1:18: depends_on[1] repeats db of line 3"],
  ["depends_on: [-]", "1:14: not YAML: block collections are not allowed within flow collections"],
  ["depends_on: ['-']", `1:14: depends_on[0] is '-'; expected ${NAME}`],
  [
    "depends_on: {db: {condition: health}}",
    "1:30: depends_on.db.condition is 'health'; expected one of started, healthy, completed; did you mean 'healthy'?",
  ],
  ["name: web\ndepends_on: [web]", "2:13: depends_on is a list; a container cannot depend on itself"],
  ["replicas: {min: 3, max: 2}", "1:17: replicas.min is '3'; min may not be above max"],
  ["replicas: {min: 0}", "1:17: replicas.min is '0'; expected a whole number from 1 to 1000"],
  ["replicas: 2", "1:11: replicas is '2'; expected a map of min, max"],
]);
