import { describe, expect, it } from "vitest";
import { chainHead, entryDigest, verifyChain } from "../../../functions/domain/history.ts";
import type { EntryContent, HistoryEntry } from "../../../functions/domain/history.ts";

const ID = "pay_0123456789abcdfghijknpqrst";

const contents: readonly EntryContent[] = [
  {
    at: 1_700_000_000_000,
    finding: "created",
    to: "initiated",
    source: "api",
    by: "key:1",
    requestId: "r1",
    facts: {},
    exception: null,
    rawHash: null,
  },
  {
    at: 1_700_000_001_000,
    finding: "accepted",
    to: "pending",
    source: "submit",
    by: "safaricom",
    requestId: "r1",
    facts: { push: "29115-34620561-1" },
    exception: null,
    rawHash: "aa".repeat(32),
  },
  {
    at: 1_700_000_020_000,
    finding: "paid",
    to: "succeeded",
    source: "callback",
    by: "safaricom",
    requestId: "r2",
    facts: { receipt: "NLJ7RT61SV", amount_cents: 150_000, disputed: false },
    exception: "late_success",
    rawHash: "bb".repeat(32),
  },
];

const chain = (id: string, entries: readonly EntryContent[]): HistoryEntry[] => {
  const history: HistoryEntry[] = [];
  for (const content of entries)
    history.push({ ...content, digest: entryDigest(id, content), previous: history.at(-1)?.digest ?? null });
  return history;
};
const history = chain(ID, contents);
const head = history.at(-1)!.digest;

/** Every way to change one leaf of a value: each with where it is and the value that has it changed. */
const changes = (value: unknown): { where: string; changed: unknown }[] => {
  if (typeof value === "string")
    return Array.from(value).map((character, index) => ({
      where: `[${index}]`,
      changed: `${value.slice(0, index)}${character === "x" ? "y" : "x"}${value.slice(index + 1)}`,
    }));
  if (typeof value === "number") return [{ where: "", changed: value + 1 }];
  if (typeof value === "boolean") return [{ where: "", changed: !value }];
  if (value === null) return [{ where: "", changed: "x" }];
  const fields = Object.entries(value as object).flatMap(([key, item]) => [
    ...changes(item).map(({ where, changed }) => ({ where: `.${key}${where}`, changed: { ...value, [key]: changed } })),
    {
      where: `.${key} missing`,
      changed: Object.fromEntries(Object.entries(value as object).filter(([k]) => k !== key)),
    },
  ]);
  return [...fields, { where: " with a field more", changed: { ...value, more: 1 } }];
};

describe("a history", () => {
  it("that nobody touched is intact", () => {
    expect(verifyChain(ID, history, head)).toEqual({ intact: true });
    expect(verifyChain(ID, [], null)).toEqual({ intact: true });
  });

  it("breaks when any character of any field of any entry is changed", () => {
    let tried = 0;
    for (const [index, entry] of history.entries()) {
      for (const { where, changed } of changes(entry)) {
        if (where === " with a field more") continue;
        const touched = history.with(index, changed as HistoryEntry);
        expect(verifyChain(ID, touched, head), `entry ${index}${where}`).toMatchObject({ intact: false });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(500);
  });

  it("breaks when an entry is changed and its digest made anew", () => {
    const forged = { ...contents[1]!, by: "somebody else" };
    const touched = history.with(1, { ...history[1]!, ...forged, digest: entryDigest(ID, forged) });
    expect(verifyChain(ID, touched, head)).toEqual({
      intact: false,
      at: 2,
      because: "the entry does not follow the one before it",
    });
  });

  it("breaks when an entry is missing, at the beginning, between and at the end", () => {
    expect(verifyChain(ID, history.slice(1), head)).toMatchObject({ intact: false, at: 0 });
    expect(verifyChain(ID, [history[0]!, history[2]!], head)).toMatchObject({ intact: false, at: 1 });
    expect(verifyChain(ID, history.slice(0, 2), head)).toMatchObject({ intact: false, at: 2 });
    expect(verifyChain(ID, [], head)).toMatchObject({ intact: false, at: 0 });
  });

  it("breaks when two entries change places", () => {
    expect(verifyChain(ID, [history[0]!, history[2]!, history[1]!], head)).toMatchObject({ intact: false, at: 1 });
  });

  it("breaks when it is another transaction's", () => {
    expect(verifyChain("pay_another", history, head)).toMatchObject({ intact: false, at: 0 });
  });
});

it("an entry's digest does not depend on the order of its fields", () => {
  const turned = Object.fromEntries(Object.entries(contents[2]!).reverse()) as unknown as EntryContent;
  expect(entryDigest(ID, turned)).toBe(entryDigest(ID, contents[2]!));
});

it("one hash stands for a whole history, and differs for every other one", () => {
  const heads = [history, history.slice(0, 2), history.slice(1), [...history].reverse(), []].map(chainHead);
  expect(new Set(heads).size).toBe(heads.length);
  const forged = chain(ID, [{ ...contents[0]!, by: "key:2" }, ...contents.slice(1)]);
  expect(verifyChain(ID, forged, forged.at(-1)!.digest)).toEqual({ intact: true });
  expect(chainHead(forged)).not.toBe(chainHead(history));
});
