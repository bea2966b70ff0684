import assert from "node:assert/strict";
import type { Event } from "../../store/events.ts";
import { eventFilter } from "./event_filter.ts";
import { eventFields, eventText } from "./event_row.ts";

const START: Event = {
  time: "2026-01-02T15:04:05.123000000Z",
  type: "container",
  action: "start",
  id: "abcdef",
  attributes: { name: "web", image: "bb:1", tier: "front" },
};
const EXEC: Event = { ...START, action: "exec_start: ls -l" };
const PULL: Event = { ...START, type: "image", action: "pull", id: "bb:1", attributes: { name: "bb" } };

Deno.test("eventText() is docker's line, in local time, with sorted attributes", () => {
  const [time, ...rest] = eventText(START).split(" ");
  assert.match(time, /^2026-01-0[123]T\d\d:\d\d:05\.123000000(Z|[+-]\d\d:\d\d)$/);
  assert.equal(Date.parse(time), Date.parse("2026-01-02T15:04:05.123Z"));
  assert.equal(rest.join(" "), "container start abcdef (image=bb:1, name=web, tier=front)");
});

Deno.test("eventFields() as JSON has docker's names", () => {
  assert.equal(
    JSON.stringify(eventFields(START)),
    '{"status":"start","id":"abcdef","from":"bb:1","Type":"container","Action":"start",' +
      '"Actor":{"ID":"abcdef","Attributes":{"name":"web","image":"bb:1","tier":"front"}},' +
      '"scope":"local","time":1767366245,"timeNano":1767366245123000000}',
  );
});

Deno.test("the filters of events choose by their rules", () => {
  const chosen = (...filters: string[]) => [START, EXEC, PULL].filter(eventFilter(filters));
  assert.deepEqual(chosen("container=web"), [START, EXEC]);
  assert.deepEqual(chosen("container=abc"), [START, EXEC]);
  assert.deepEqual(chosen("event=start"), [START]);
  assert.deepEqual(chosen("event=exec_start"), [EXEC]);
  assert.deepEqual(chosen("event=start", "event=pull"), [START, PULL]);
  assert.deepEqual(chosen("image=bb"), [START, EXEC, PULL]);
  assert.deepEqual(chosen("image=bb:1", "type=image"), [PULL]);
  assert.deepEqual(chosen("label=tier=front"), [START, EXEC]);
  assert.deepEqual(chosen("volume=web"), []);
  assert.throws(() => chosen("type=plugin"), /one of container, image/);
  assert.throws(() => chosen("colour=blue"), /no filter 'colour'/);
});
