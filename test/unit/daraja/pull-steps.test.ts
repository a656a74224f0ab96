/** How a pull walks on from page to page: what tells rows from pages, what is an end, and what is only a page again. */
import { describe, expect, test } from "vitest";
import type { PageAnswer } from "../../../functions/daraja/pull-answers.ts";
import { pullPages } from "../../../functions/daraja/pull-pages.ts";
import { readPulledRow } from "../../../functions/daraja/pull-payment.ts";
import type { PulledRow } from "../../../functions/daraja/pull-payment.ts";

const SPAN = { from: 0, until: 48 * 3_600_000 };
const row = (index: number): PulledRow =>
  readPulledRow({ transactionId: `QAB${String(1_000_000 + index)}`, amount: "10.00" });
const page = (indexes: readonly number[], totalPages: number | null = null): PageAnswer => ({
  answer: "rows",
  rows: indexes.map(row),
  totalPages,
});
const LISTED: PageAnswer = { answer: "no_records", listed: true };
const UNLISTED: PageAnswer = { answer: "no_records", listed: false };
const COMPLETE = { step: "end", complete: true } as const;

/** The pull of an M-PESA that gives these answers in turn, whatever it is asked: its offsets and what it handed on. */
const walk = async (answers: readonly PageAnswer[], mostCalls = 50) => {
  const offsets: number[] = [];
  const pages: number[][] = [];
  const daraja = {
    page: ({ offset }: { readonly offset: number }): Promise<PageAnswer> =>
      Promise.resolve(answers[Math.min(offsets.push(offset), answers.length) - 1]!),
  };
  for await (const step of pullPages(daraja, SPAN, mostCalls)) {
    if (step.step === "end") return { offsets, pages, end: step };
    pages.push(step.payments.map(({ receipt }) => Number(receipt.slice(3)) - 1_000_000));
  }
  throw new Error("the pull has no end");
};

describe("what offsets count is told by the page at offset 1", () => {
  test.each([
    { again: "the first page but for one row", second: [1, 2, 3, 4], next: 5 },
    { again: "half of the first page, others having come in", second: [90, 91, 0, 1], next: 5 },
    {
      again: "one row of four, which new payments could have moved on to another page",
      second: [3, 10, 11, 12],
      next: 2,
    },
    { again: "nothing of it", second: [4, 5, 6, 7], next: 2 },
  ])("$again", async ({ second, next }) => {
    const { offsets, end } = await walk([page([0, 1, 2, 3]), page(second), LISTED]);
    expect(offsets).toEqual([0, 1, next]);
    expect(end).toEqual(COMPLETE);
  });

  test("and of five rows by two that come again", async () => {
    expect((await walk([page([0, 1, 2, 3, 4]), page([3, 4, 10]), LISTED])).offsets).toEqual([0, 1, 4]);
    expect((await walk([page([0, 1, 2, 3, 4]), page([4, 10, 11]), LISTED])).offsets).toEqual([0, 1, 2]);
  });

  test("and goes on counting so: rows by the length of each page, pages one by one", async () => {
    const rows = [page([0, 1, 2]), page([1, 2, 3]), page([4, 5, 6]), page([7]), LISTED];
    expect((await walk(rows)).offsets).toEqual([0, 1, 4, 7, 8]);
    const pages = [page([0, 1, 2]), page([3, 4, 5]), page([6, 7, 8]), page([9]), LISTED];
    expect((await walk(pages)).offsets).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("the end", () => {
  test("is where M-PESA names the last page, counted in pages and not in rows", async () => {
    expect(await walk([page([0, 1], 1)])).toEqual({ offsets: [0], pages: [[0, 1]], end: COMPLETE });
    expect((await walk([page([0, 1], 2), page([2, 3], 2)])).offsets).toEqual([0, 1]);
    expect((await walk([page([0, 1], 3), page([2, 3], 3), page([4], 3)])).offsets).toEqual([0, 1, 2]);
    expect((await walk([page([0, 1, 2], 2), page([1, 2, 3], 2), LISTED])).offsets).toEqual([0, 1, 4]);
  });

  test("is a shorter page that brings nothing new", async () => {
    expect(await walk([page([0, 1, 2]), page([1, 2])])).toEqual({ offsets: [0, 1], pages: [[0, 1, 2]], end: COMPLETE });
    const pages = [page([0, 1, 2]), page([3, 4, 5]), page([4, 5])];
    expect((await walk(pages)).end).toEqual(COMPLETE);
  });

  test("is not a page of the same length again: once that may be chance, the second time offsets change nothing", async () => {
    const { offsets, pages, end } = await walk([page([0, 1, 2])]);
    expect([offsets, pages]).toEqual([[0, 1, 4], [[0, 1, 2]]]);
    expect(end).toMatchObject({ complete: false });
  });

  test("is no record after some, listed or not, but at the beginning only a list that is empty", async () => {
    expect((await walk([page([0]), UNLISTED])).end).toEqual(COMPLETE);
    expect((await walk([LISTED])).end).toEqual(COMPLETE);
    expect((await walk([UNLISTED])).end).toMatchObject({ complete: false });
  });
});

describe("a pull's calls", () => {
  test("are no more than it may make, the halves of a span that is too long included", async () => {
    const many = Array.from({ length: 20 }, (_, index) => page([3 * index, 3 * index + 1, 3 * index + 2]));
    expect(await walk(many, 4)).toMatchObject({ offsets: [0, 1, 2, 3], end: { complete: false } });
    expect(await walk([{ answer: "too_long" }], 3)).toMatchObject({ offsets: [0, 0, 0], end: { complete: false } });
    expect((await walk([page([0], 1)], 1)).end).toEqual(COMPLETE);
  });

  test("are six hundred when nobody says how many", async () => {
    let asked = 0;
    const daraja = { page: () => Promise.resolve(page([3 * (asked += 1), 3 * asked + 1, 3 * asked + 2])) };
    for await (const step of pullPages(daraja, SPAN)) if (step.step === "end") expect(step.complete).toBe(false);
    expect(asked).toBe(600);
  });

  test("that fail in the first half of a span are the end of it: the second half is not asked for", async () => {
    const failed: PageAnswer = { answer: "failed", because: "HTTP 503" };
    const { offsets, end } = await walk([{ answer: "too_long" }, failed]);
    expect([offsets, end]).toEqual([[0, 0], { step: "end", complete: false, because: "HTTP 503" }]);
    expect(await walk([{ answer: "too_long" }, LISTED, LISTED])).toMatchObject({ offsets: [0, 0, 0], end: COMPLETE });
  });
});

test("a page is handed on without what was before, and not at all when nothing is left of it", async () => {
  const bad = readPulledRow({ sender: "ASHA" });
  const withBad: PageAnswer = { answer: "rows", rows: [row(0), bad, bad], totalPages: null };
  const steps: unknown[] = [];
  const answers = [withBad, page([0, 1, 2]), page([2]), LISTED];
  const daraja = { page: () => Promise.resolve(answers.shift()!) };
  for await (const step of pullPages(daraja, SPAN))
    if (step.step === "page") steps.push([step.payments.length, step.unreadable.length]);
  expect(steps).toEqual([
    [1, 1],
    [2, 0],
  ]);
});
