/** Lines of the archive outlive the program that wrote them: what is none is refused, to the last field. */
import { describe, expect, it } from "vitest";
import { ArchiveLine } from "../../../functions/domain/archive-line.ts";

const HASH = "a".repeat(64);
const SEALED = Buffer.from("sealed").toString("base64");
const entry = {
  at: 1,
  finding: "a finding of another time",
  to: null,
  source: "api",
  by: "key:1",
  requestId: "r",
  facts: { receipt: "TKL0000001", amount_cents: 5, disputed: true },
  exception: null,
  rawHash: null,
  digest: HASH,
  previous: HASH,
};
const LINES = {
  entry: { kind: "entry", id: "pay_1", index: 0, chain: HASH, entry, sealed: SEALED, salted: HASH },
  evidence: { kind: "evidence", id: "pay_1", rawHash: HASH, sealed: SEALED, salted: HASH },
  money: { kind: "money", id: "pay_1", money: HASH },
  broken: { kind: "broken", id: "pay_1", because: "removed" },
} as const;
const isLine = (value: unknown): boolean => ArchiveLine.safeParse(value).success;

describe.each(Object.entries(LINES))("a line of kind %s", (_, line) => {
  it("is read as it was written", () => expect(ArchiveLine.parse(line)).toEqual(line));

  it("is none with a field more or less", () => {
    expect(isLine({ ...line, more: 1 })).toBe(false);
    for (const field of Object.keys(line))
      expect(isLine(Object.fromEntries(Object.entries(line).filter(([name]) => name !== field))), field).toBe(false);
  });

  it("has an id of 1 to 256 characters", () => {
    const fits = [0, 1, 256, 257].map((length) => isLine({ ...line, id: "x".repeat(length) }));
    expect(fits).toEqual([false, true, true, false]);
  });
});

describe("a line of the archive", () => {
  it.each<[string, object]>([
    ["a hash in capitals", { ...LINES.money, money: HASH.toUpperCase() }],
    ["a hash too short", { ...LINES.money, money: HASH.slice(1) }],
    ["a hash too long", { ...LINES.money, money: `${HASH}a` }],
    ["an index below zero", { ...LINES.entry, index: -1 }],
    ["what is no base64", { ...LINES.evidence, sealed: "?" }],
    ["a reason that nobody gives", { ...LINES.broken, because: "bored" }],
    ["a kind that nobody writes", { ...LINES.money, kind: "gold" }],
    ["an entry with a field more", { ...LINES.entry, entry: { ...entry, more: 1 } }],
    ["a fact that is a list", { ...LINES.entry, entry: { ...entry, facts: { list: [] } } }],
    ["half a millisecond", { ...LINES.entry, entry: { ...entry, at: 0.5 } }],
  ])("is none with %s", (_, line) => {
    expect(isLine(line)).toBe(false);
  });

  it("may hold nothing that was received", () => {
    expect(isLine({ ...LINES.entry, sealed: null, salted: null })).toBe(true);
    expect(isLine({ ...LINES.evidence, sealed: null })).toBe(false);
  });

  it("says of what is broken what the ledger never does", () => {
    for (const because of ["history_rewritten", "removed", "money_changed_without_entry"])
      expect(isLine({ ...LINES.broken, because })).toBe(true);
  });
});
