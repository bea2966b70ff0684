/** For tests: options of a container. */
import type { ContainerOptions } from "../../store/container.ts";

/** Nothing is asked for but an image: what the flags' defaults are. */
export const NO_OPTIONS: ContainerOptions = {
  image: "busybox",
  pull: "missing",
  groupAdd: [],
  environment: [],
  labels: {},
  mounts: [],
  readOnly: false,
  capAdd: [],
  capDrop: [],
  privileged: false,
  securityOpt: [],
  devices: [],
  ulimits: [],
  sysctls: {},
  init: false,
  resources: {},
  allowUnenforcedLimits: false,
  network: "none",
  tty: false,
  stdinOpen: false,
  autoRemove: false,
  restartPolicy: { name: "no", maximumRetryCount: 0 },
};
