import assert from "node:assert/strict";
import type { ExecutionConfig } from "../../oci/image.ts";
import { applyChanges, ChangeError } from "./change.ts";

const BASE: ExecutionConfig = {
  Entrypoint: ["/entry"],
  Cmd: ["arg"],
  Env: ["PATH=/bin", "OLD=1"],
  WorkingDir: "/work",
  Labels: { a: "1" },
};

const CASES: [string[], Partial<ExecutionConfig>][] = [
  [['CMD ["nginx", "-g", "daemon off;"]'], { Cmd: ["nginx", "-g", "daemon off;"] }],
  [["cmd echo  $HOME"], { Cmd: ["/bin/sh", "-c", "echo  $HOME"] }],
  [['ENTRYPOINT ["/new"]'], { Entrypoint: ["/new"], Cmd: undefined }],
  [['CMD ["x"]', 'ENTRYPOINT ["/new"]'], { Entrypoint: ["/new"], Cmd: ["x"] }],
  [["ENV A=1 B=\"two words\" C='$OLD'"], { Env: ["PATH=/bin", "OLD=1", "A=1", "B=two words", "C=$OLD"] }],
  [["ENV PATH=$PATH:/opt", "ENV OLD=${OLD}2"], { Env: ["PATH=/bin:/opt", "OLD=12"] }],
  [["ENV OLD all the rest"], { Env: ["PATH=/bin", "OLD=all the rest"] }],
  [["ENV A=\\$OLD"], { Env: ["PATH=/bin", "OLD=1", "A=$OLD"] }],
  [["EXPOSE 80 53/udp 8000-8001"], {
    ExposedPorts: { "80/tcp": {}, "53/udp": {}, "8000/tcp": {}, "8001/tcp": {} },
  }],
  [['LABEL b="2 3" c=4'], { Labels: { a: "1", b: "2 3", c: "4" } }],
  [["STOPSIGNAL SIGQUIT"], { StopSignal: "SIGQUIT" }],
  [["USER web:www"], { User: "web:www" }],
  [["VOLUME /a /b", 'VOLUME ["/c d"]'], { Volumes: { "/a": {}, "/b": {}, "/c d": {} } }],
  [["WORKDIR sub/../other"], { WorkingDir: "/work/other" }],
  [["WORKDIR /abs"], { WorkingDir: "/abs" }],
];

for (const [instructions, expected] of CASES) {
  Deno.test(`applyChanges() of ${instructions.join(", ")}`, () => {
    assert.deepEqual(applyChanges(BASE, instructions), { ...BASE, ...expected });
  });
}

for (
  const wrong of [
    "ONBUILD RUN true",
    "HEALTHCHECK NONE",
    "RUN true",
    "",
    "CMD",
    "ENV =x",
    "ENV A='",
    "EXPOSE no",
    "EXPOSE 9-8",
    "USER a b",
    "WORKDIR ${A:-/x}",
  ]
) {
  Deno.test(`applyChanges() refuses '${wrong}'`, () => {
    assert.throws(() => applyChanges(BASE, [wrong]), ChangeError);
  });
}
