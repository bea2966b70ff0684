/** For tests: a container of Debian's static busybox in a temporary store, run by a real runtime. */
import type { ImageConfig } from "../../../oci/image.ts";
import type { RuntimeSpec } from "../../../oci/runtime_spec.ts";
import type { ContainerOptions, ContainerRecord } from "../../store/container.ts";
import { storePaths } from "../../store/paths.ts";
import { type BundleInputs, writeBundle } from "../bundle.ts";
import { hostFacts } from "../host_facts.ts";
import { mountRootfs, unmountRootfs } from "../rootfs.ts";
import { NO_OPTIONS } from "./no_options.ts";

/** How a process ended and what it wrote. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Everything in one temporary folder, gone with `using`. */
export class TestContainer implements Disposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "budgie-bundle-" });
  readonly paths = storePaths(new Map([["BUDGIE_DATA_DIR", this.folder]]));
  readonly id: string = crypto.randomUUID().replaceAll("-", "").padEnd(64, "0");
  readonly directory = `${this.paths.containers}/${this.id}`;
  /** the one layer: what an image would have brought */
  readonly layer = `${this.paths.layers}/0123456789abcdef01234567`;
  image: ImageConfig = {
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [] },
    config: { Cmd: ["/bin/sh"] },
  };
  anonymousVolumes: string[] = [];

  constructor() {
    for (
      const path of [
        this.paths.volumes,
        this.paths.locks,
        this.directory,
        `${this.layer}/bin`,
        `${this.layer}/etc`,
      ]
    ) {
      Deno.mkdirSync(path, { recursive: true });
    }
    Deno.chmodSync(this.layer, 0o755);
    Deno.copyFileSync("/bin/busybox", `${this.layer}/bin/busybox`);
    for (const name of ["sh", "cat", "id", "ls", "touch", "stat", "unshare", "mount", "true"]) {
      Deno.symlinkSync("busybox", `${this.layer}/bin/${name}`);
    }
    Deno.writeTextFileSync(`${this.layer}/etc/passwd`, "root:x:0:0:root:/root:/bin/sh\napp:x:7:8:::\n");
    Deno.writeTextFileSync(`${this.layer}/etc/group`, "root:x:0:\napp:x:8:\nextra:x:9:app\n");
  }

  /** Mounts the rootfs and writes config.json. */
  async prepare(
    options: Partial<ContainerOptions> = {},
    inputs: Partial<BundleInputs> = {},
  ): Promise<RuntimeSpec> {
    mountRootfs(this.directory, [this.layer], this.paths);
    return await writeBundle({
      record: this.record(options),
      image: this.image,
      directory: this.directory,
      paths: this.paths,
      host: hostFacts(),
      ...inputs,
    });
  }

  record(options: Partial<ContainerOptions> = {}): ContainerRecord {
    return {
      id: this.id,
      name: "test",
      createdAt: "2025-01-01T00:00:00Z",
      imageId: `sha256:${"0".repeat(64)}`,
      imageReference: "docker.io/library/busybox:latest",
      image: this.image,
      runtime: "runc",
      options: { ...NO_OPTIONS, ...options },
      starts: 1,
      anonymousVolumes: this.anonymousVolumes,
      endpoints: [],
      published: [],
      desired: "running",
    };
  }

  /** prepare(), then runs it to its end. */
  async run(
    command: string[],
    options: Partial<ContainerOptions> = {},
    runtime: "runc" | "crun" = "runc",
  ): Promise<RunResult> {
    await this.prepare({ ...options, command });
    return runtimeRun(this.directory, this.id, runtime);
  }

  [Symbol.dispose](): void {
    unmountRootfs(this.directory);
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** crun 1.8 refuses a cgroup v1 host with an empty v2 hierarchy beside it, so that one is taken from its sight. */
const CRUN = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun --root "$1" run --bundle "$2" "$3"';

function runtimeRun(bundle: string, id: string, runtime: "runc" | "crun"): RunResult {
  const root = `${bundle}/runtime-root`;
  const command = runtime === "runc"
    ? new Deno.Command("runc", { args: ["--root", root, "run", "--bundle", bundle, id] })
    : new Deno.Command("unshare", { args: ["-m", "sh", "-c", CRUN, "sh", root, bundle, id] });
  const { code, stdout, stderr } = command.outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
