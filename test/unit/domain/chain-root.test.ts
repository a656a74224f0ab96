import { describe, expect, it } from "vitest";
import type { ArchiveLine, EntryLine } from "../../../functions/domain/archive-line.ts";
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import {
  dateOfEntries,
  dateOfRoot,
  DayRoot,
  entriesKey,
  isWhole,
  rootKey,
  rootOf,
  takeHead,
} from "../../../functions/domain/chain-root.ts";
import type { Day, Head } from "../../../functions/domain/chain-root.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

const line = (id: string, index: number, chain: string): EntryLine => ({
  kind: "entry",
  id,
  index,
  chain,
  entry: {
    at: 1,
    finding: "created",
    to: null,
    source: "api",
    by: "key:1",
    requestId: "r",
    facts: {},
    exception: null,
    rawHash: null,
    digest: A,
    previous: null,
  },
  sealed: null,
  salted: null,
});
const headsOf = (...lines: readonly ArchiveLine[]): Record<string, Head> => {
  const heads = new Map<string, Head>();
  for (const one of lines) takeHead(heads, one);
  return Object.fromEntries(heads);
};

describe("how far a history had come", () => {
  it("is its longest, whichever line comes first", () => {
    const lines = [line("pay_1", 0, B), line("pay_1", 1, A), line("pay_2", 0, A)];
    const heads = { pay_1: { length: 2, chain: A }, pay_2: { length: 1, chain: A } };
    expect(headsOf(...lines)).toEqual(heads);
    expect(headsOf(...lines.toReversed())).toEqual(heads);
  });

  it("is the same one of two that are as long, whichever comes first", () => {
    const lines = [line("pay_1", 0, A), line("pay_1", 0, B)];
    expect(headsOf(...lines)).toEqual({ pay_1: { length: 1, chain: B } });
    expect(headsOf(...lines.toReversed())).toEqual({ pay_1: { length: 1, chain: B } });
  });

  it("is nothing that another line than an entry says", () => {
    expect(headsOf({ kind: "money", id: "pay_1", money: A })).toEqual({});
  });
});

describe("a day's root", () => {
  const day: Day = {
    date: "2026-11-21",
    previous: A,
    heads: new Map([
      ["pay_1", { length: 2, chain: A }],
      ["pay_2", { length: 1, chain: B }],
    ]),
    files: [
      { key: "entries/b", sha256: B },
      { key: "entries/a", sha256: A },
    ],
  };
  const root = rootOf(day);

  it("says how much there was, and hashes that anybody can take again", () => {
    expect(root).toMatchObject({ version: 1, date: "2026-11-21", previous: A, histories: 2, files: 2 });
    expect(root.heads).toBe(sha256Hex(`pay_1 2 ${A}\npay_2 1 ${B}\n`));
    expect(root.contents).toBe(sha256Hex(`entries/a ${A}\nentries/b ${B}\n`));
    expect(DayRoot.parse(root)).toEqual(root);
  });

  it("is the same in whatever order its parts came", () => {
    const turned = { ...day, heads: new Map([...day.heads].toReversed()), files: day.files.toReversed() };
    expect(rootOf(turned)).toEqual(root);
  });

  it.each<[string, Partial<Day>]>([
    ["day", { date: "2026-11-22" }],
    ["day before", { previous: B }],
    ["history", { heads: new Map([["pay_1", { length: 2, chain: A }]]) }],
    ["file", { files: day.files.slice(1) }],
  ])("is another one for another %s", (_, changes) => {
    expect(rootOf({ ...day, ...changes }).root).not.toBe(root.root);
  });

  it("is whole as it was made, and not with one field changed", () => {
    expect(isWhole(root)).toBe(true);
    const changed: readonly Partial<DayRoot>[] = [
      { date: "2026-11-22" },
      { previous: null },
      { histories: 3 },
      { heads: B },
      { files: 1 },
      { contents: B },
      { root: B },
    ];
    for (const change of changed) expect(isWhole({ ...root, ...change }), Object.keys(change)[0]).toBe(false);
  });
});

describe("the archive's names", () => {
  it("sort by day, and within a day by when the ledger wrote", () => {
    const key = (first: string, last: string) => entriesKey("2026-11-21", { first, last });
    expect(key("9", "10")).toBe(`entries/2026/11/21/${"0".repeat(39)}9-${"0".repeat(38)}10.ndjson.gz`);
    expect([key("10", "11"), key("9", "9")].toSorted()).toEqual([key("9", "9"), key("10", "11")]);
  });

  it("name their day, and any other name names none", () => {
    expect(dateOfEntries(entriesKey("2026-11-21", { first: "1", last: "2" }))).toBe("2026-11-21");
    expect(dateOfRoot(rootKey("2026-11-21"))).toBe("2026-11-21");
    for (const other of ["", "roots/2026-11-2.json", "x/roots/2026-11-21.json", "roots/2026-11-21.json.gz"])
      expect(dateOfRoot(other), other).toBeNull();
    for (const other of [
      "",
      "entries/2026/11/",
      "x/entries/2026/11/21/1",
      "entries/26/11/21/1",
      "entries/2026-11-21/1",
    ])
      expect(dateOfEntries(other), other).toBeNull();
  });
});
