import assert from "node:assert/strict";
import { makeFifo, openDescriptor, writeAvailable } from "../../linux/file.ts";
import { O_NONBLOCK, O_RDWR } from "../../linux/open_flags.ts";
import { openPipe } from "../../linux/pipe.ts";
import { logEntries, LogParser, logTime } from "../log/cri_log.ts";
import { LogFile } from "../log/log_file.ts";
import { OutputWriter } from "./output.ts";
import { Taken } from "./taken.ts";

const TEXT = "one\ntwo\nthree\n";

/** A container's streams and log in a folder of its own, and who drains them. */
function openStreams() {
  using undo = new DisposableStack();
  const folder = Deno.makeTempDirSync();
  undo.defer(() => Deno.removeSync(folder, { recursive: true }));
  makeFifo(`${folder}/taken`, 0o600);
  makeFifo(`${folder}/out`, 0o600);
  const out = undo.use(openDescriptor(`${folder}/out`, O_RDWR | O_NONBLOCK));
  undo.use(openDescriptor(`${folder}/taken`, O_RDWR | O_NONBLOCK)); // as the shim does
  const owned = undo.move();
  return {
    out,
    print: (text: string) => writeAvailable(out.fd, new TextEncoder().encode(text)),
    logged: () =>
      Deno.readTextFileSync(`${folder}/log`).split("\n").slice(0, -1).map((line) => {
        const { stream, text } = new LogParser().parse(new TextEncoder().encode(line))!;
        return `${stream} ${new TextDecoder().decode(text)}`;
      }),
    /** Somebody who drains; disposed of, he was killed. */
    drainer() {
      using stack = new DisposableStack();
      const peek = stack.use(openPipe());
      const taken = stack.use(new Taken(`${folder}/taken`, { buffer: new Uint8Array(64 * 1024), peek }));
      const log = stack.use(new LogFile(`${folder}/log`, { maxSizeBytes: 1024 ** 2, maxFiles: 2 }));
      const all = stack.move();
      return {
        taken,
        log,
        writer: new OutputWriter(log, taken),
        take: () => taken.take(out, "stderr", log.end),
        [Symbol.dispose]: () => all.dispose(),
      };
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

type Drainer = ReturnType<ReturnType<typeof openStreams>["drainer"]>;

const KILLED: Record<string, (drainer: Drainer) => void> = {
  "before it took anything": () => {},
  "when it had taken it": (drainer) => void drainer.take(),
  "when a part of it was in the log": (drainer) => {
    const bytes = drainer.take();
    assert.ok(typeof bytes !== "string");
    drainer.log.append(logEntries("stderr", bytes, logTime()).subarray(0, 60));
  },
  "when it was in the log": (drainer) => {
    const bytes = drainer.take();
    assert.ok(typeof bytes !== "string");
    drainer.log.append(logEntries("stderr", bytes, logTime()));
  },
};

for (const [when, leave] of Object.entries(KILLED)) {
  Deno.test(`output is logged once, also where who drained it was killed ${when}`, async () => {
    using streams = openStreams();
    {
      using first = streams.drainer();
      streams.print("zero\n");
      await first.writer.drain(streams.out, "stderr");
      streams.print(TEXT);
      leave(first);
    }
    using second = streams.drainer();
    second.writer.recover();
    await second.writer.drain(streams.out, "stderr");
    streams.print("four\n");
    await second.writer.drain(streams.out, "stderr");
    assert.deepEqual(
      streams.logged(),
      ["zero", "one", "two", "three", "four"].map((text) => `stderr ${text}`),
    );
    assert.equal(second.taken.left(), undefined);
  });
}

Deno.test("who is killed with nothing taken leaves nothing to recover", () => {
  using streams = openStreams();
  {
    using first = streams.drainer();
    assert.equal(first.take(), "empty");
  }
  using second = streams.drainer();
  assert.equal(second.taken.left(), undefined);
});
