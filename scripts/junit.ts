/** Reads how many tests passed out of the JUnit report that `deno test --junit-path` writes. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Text inside the report is escaped, so what looks like a tag is one. */
export function countReport(xml: string): Counts {
  const count = (tag: string) => xml.split(new RegExp(`<${tag}[ />]`)).length - 1;
  const failed = count("failure") + count("error");
  const skipped = count("skipped");
  return { passed: count("testcase") - failed - skipped, failed, skipped };
}
