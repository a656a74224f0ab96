import { describe, expect, it } from "vitest";
import { atMost, each, exactly, median, plain, times } from "../../../bench/line.ts";
import { asPage, asText } from "../../../bench/report.ts";

const LINES = [
  atMost({ section: "CPU", what: "a callback" }, { measured: 1.72, most: 1.5, show: times }),
  atMost({ section: "Calls", what: "a poll" }, { measured: 1, most: 1, show: each }),
  exactly({ section: "Token", what: "OAuth requests" }, 2, 1),
  plain({ section: "Bill", what: "a | b" }, "$1.00"),
];

describe("a line", () => {
  it("says by how much a promise was missed", () => {
    expect(LINES[0]).toMatchObject({ measured: "1.72x", target: "<= 1.50x", met: false, note: "missed by 0.22x" });
  });

  it("is met exactly at its limit", () => {
    expect(LINES[1]).toMatchObject({ measured: "1", met: true, note: "" });
  });

  it("of one exact number is missed on either side", () => {
    expect(LINES[2]!.met).toBe(false);
    expect(exactly({ section: "Token", what: "none" }, 0, 1).met).toBe(false);
    expect(exactly({ section: "Token", what: "one" }, 1, 1).met).toBe(true);
  });
});

describe("the median", () => {
  it("is the middle one, or between the middle two, in whatever order they came", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("the table", () => {
  it("shows every line with its verdict", () => {
    const text = asText(LINES);
    expect(text).toMatch(/a callback +1\.72x +<= 1\.50x +MISSED +missed by 0\.22x/);
    expect(text).toMatch(/a poll +1 +<= 1 +met/);
  });

  it("as a page says when and where it was measured, and lists prices and assumptions", () => {
    const page = asPage(LINES, { date: "2026-11-21", processor: "2 x Test", node: "v20", memory: "4 GB" });
    expect(page).toContain("on 2026-11-21: 2 x Test, 4 GB, Node.js v20.");
    expect(page).toContain("| a \\| b | $1.00 |");
    expect(page).toContain("`darajaLatencyMs`");
    expect(page).toContain("REST API request");
  });
});
