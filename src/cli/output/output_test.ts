import assert from "node:assert/strict";
import { TemplateError } from "../../base/template/mod.ts";
import { formatOne, formatRows } from "./format.ts";
import { renderTable } from "./table.ts";
import { formatAgo, formatDuration, formatLocalTime } from "./time.ts";

Deno.test("renderTable() aligns columns as docker does and pads no last cell", async () => {
  assert.equal(
    await renderTable([["ID", "IMAGE", "NAMES"], ["0123456789ab", "bb", "web"], ["1", "", ""]]),
    "ID             IMAGE     NAMES\n0123456789ab   bb        web\n1                        ",
  );
});

Deno.test("renderTable() counts wide characters as two columns", async () => {
  const [header, row] = (await renderTable([["NAME", "X"], ["日本語日本語", "y"]])).split("\n");
  assert.equal(header.indexOf("X"), 15);
  assert.equal(row, "日本語日本語   y");
});

Deno.test("formatDuration() uses docker's words", () => {
  const S = 1000, M = 60 * S, H = 60 * M, D = 24 * H;
  const cases: [number, string][] = [
    [-5, "Less than a second"],
    [999, "Less than a second"],
    [S, "1 second"],
    [59 * S, "59 seconds"],
    [M, "About a minute"],
    [2 * M, "2 minutes"],
    [59 * M, "59 minutes"],
    [60 * M, "About an hour"],
    [89 * M, "About an hour"],
    [90 * M, "2 hours"],
    [47 * H, "47 hours"],
    [48 * H, "2 days"],
    [13 * D, "13 days"],
    [14 * D, "2 weeks"],
    [59 * D, "8 weeks"],
    [60 * D, "2 months"],
    [729 * D, "24 months"],
    [730 * D, "2 years"],
  ];
  for (const [milliseconds, words] of cases) assert.equal(formatDuration(milliseconds), words);
  assert.equal(formatAgo("2026-01-02T00:00:00Z", Date.UTC(2026, 0, 2, 3)), "3 hours ago");
});

Deno.test("formatLocalTime() prints the moment in this zone, with its offset", () => {
  const text = formatLocalTime("2026-01-02T03:04:05.678Z");
  const [day, clock, offset] = text.split(" ");
  assert.equal(
    Date.parse(`${day}T${clock}${offset.slice(0, 3)}:${offset.slice(3)}`),
    Date.UTC(2026, 0, 2, 3, 4, 5),
  );
});

const HEADERS = { ID: "CONTAINER ID", Names: "NAMES" };
const ROWS = [{ ID: "1", Names: "web", Label: (key: string) => key }, {
  ID: "2",
  Names: "db",
  Label: () => "",
}];

Deno.test("formatRows() prints a template for each row", async () => {
  assert.equal(await formatRows(ROWS, "{{.ID}}\\t{{.Names}}", HEADERS), "1\tweb\n2\tdb");
});

Deno.test("formatRows() heads a table with the titles of its fields", async () => {
  assert.equal(
    await formatRows(ROWS, 'table {{.Names}}\\t{{.ID}}\\t{{.Label "com.example.tier"}}', HEADERS),
    "NAMES     CONTAINER ID   tier\nweb       1              com.example.tier\ndb        2              ",
  );
});

Deno.test("formatRows() prints JSON with sorted fields, one object a line", async () => {
  assert.equal(await formatRows(ROWS, "json", HEADERS), '{"ID":"1","Names":"web"}\n{"ID":"2","Names":"db"}');
});

Deno.test("formatRows() refuses a field that rows do not have", async () => {
  await assert.rejects(formatRows(ROWS, "{{.Bogus}}", HEADERS), TemplateError);
  await assert.rejects(formatRows([], "table {{.Bogus}}", HEADERS), TemplateError);
});

Deno.test("formatOne() prints JSON or a template", () => {
  assert.equal(formatOne({ A: [1] }, "json"), '{"A":[1]}');
  assert.equal(formatOne({ A: [1] }, "{{index .A 0}}"), "1");
});
