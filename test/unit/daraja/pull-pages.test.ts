import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PageAnswer } from "../../../functions/daraja/pull-answers.ts";
import { pullPages } from "../../../functions/daraja/pull-pages.ts";
import { readPulledRow } from "../../../functions/daraja/pull-payment.ts";
import type { PullWindow } from "../../../functions/daraja/pull-window.ts";

const SPAN = { from: 0, until: 48 * 3_600_000 };
const receiptOf = (index: number) => `QAB${String(1_000_000 + index)}`;
const row = (index: number) => readPulledRow({ transactionId: receiptOf(index), amount: "10.00" });
const all = (count: number) => Array.from({ length: count }, (_, index) => index);

type Query = PullWindow & { readonly offset: number };

/** M-PESA with so many payments, which counts offsets in one way or the other. */
const mpesa = (
  indexes: readonly number[],
  { by, size, totalPages = false }: { by: "rows" | "pages" | "nothing"; size: number; totalPages?: boolean },
) => {
  const asked: number[] = [];
  const page = ({ offset }: Query): Promise<PageAnswer> => {
    asked.push(offset);
    const start = { rows: offset, pages: offset * size, nothing: 0 }[by];
    const rows = indexes.slice(start, start + size).map(row);
    if (rows.length === 0) return Promise.resolve({ answer: "no_records", listed: true });
    return Promise.resolve({ answer: "rows", rows, totalPages: totalPages ? Math.ceil(indexes.length / size) : null });
  };
  return { page, asked };
};

const pull = async (daraja: Parameters<typeof pullPages>[0], mostCalls?: number, span: PullWindow = SPAN) => {
  const receipts: string[] = [];
  let unreadable = 0;
  for await (const step of pullPages(daraja, span, mostCalls)) {
    if (step.step === "end") return { receipts, unreadable, end: step };
    receipts.push(...step.payments.map(({ receipt }) => receipt));
    unreadable += step.unreadable.length;
  }
  throw new Error("the pull has no end");
};

describe("a pull brings every payment once and sees the end", () => {
  test("whatever offsets count, and however long a page is", async () => {
    const shapes = fc.record({
      count: fc.integer({ min: 0, max: 60 }),
      size: fc.integer({ min: 3, max: 25 }),
      by: fc.constantFrom("rows" as const, "pages" as const),
      totalPages: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ count, ...shape }) => {
        const { receipts, end } = await pull(mpesa(all(count), shape));
        expect(receipts).toEqual(all(count).map(receiptOf));
        expect(end).toEqual({ step: "end", complete: true });
      }),
      { numRuns: 300 },
    );
  });

  test("with no more calls than it needs to know that", async () => {
    const few = mpesa(all(30), { by: "rows", size: 100 });
    await pull(few);
    expect(few.asked).toEqual([0, 1]);
    const many = mpesa(all(250), { by: "rows", size: 100 });
    await pull(many);
    expect(many.asked).toEqual([0, 1, 101, 201, 250]);
    const paged = mpesa(all(250), { by: "pages", size: 100, totalPages: true });
    await pull(paged);
    expect(paged.asked).toEqual([0, 1, 2]);
    const single = mpesa(all(30), { by: "pages", size: 100, totalPages: true });
    await pull(single);
    expect(single.asked).toEqual([0]);
  });

  test.each(["rows", "pages"] as const)("when payments come in meanwhile and push the others on, by %s", async (by) => {
    let indexes = all(250);
    const page = async (query: Query) => {
      const answer = await mpesa(indexes, { by, size: 100 }).page(query);
      indexes = [1_000 + indexes.length, ...indexes];
      return answer;
    };
    const { receipts, end } = await pull({ page });
    expect(new Set(receipts).size).toBe(receipts.length);
    expect(receipts).toEqual(expect.arrayContaining(all(250).map(receiptOf)));
    expect(end.complete).toBe(true);
  });

  test("with rows that can't be read counted and handed on once", async () => {
    const bad = readPulledRow({ sender: "ASHA" });
    const daraja = {
      page: ({ offset }: Query): Promise<PageAnswer> =>
        Promise.resolve(
          offset < 2
            ? { answer: "rows", rows: [row(0), bad].slice(offset), totalPages: null }
            : { answer: "no_records", listed: false },
        ),
    };
    expect(await pull(daraja)).toEqual({
      receipts: [receiptOf(0)],
      unreadable: 1,
      end: { step: "end", complete: true },
    });
  });

  test("by halves when an answer is too long to be read", async () => {
    const spans: PullWindow[] = [];
    const daraja = {
      page: ({ from, until, offset }: Query): Promise<PageAnswer> => {
        if (until - from > 20 * 3_600_000) return Promise.resolve({ answer: "too_long" });
        if (offset === 0) spans.push({ from, until });
        const hours = all(48).filter((hour) => hour * 3_600_000 >= from && hour * 3_600_000 <= until);
        return mpesa(hours, { by: "rows", size: 100 }).page({ from, until, offset });
      },
    };
    const { receipts, end } = await pull(daraja);
    expect(receipts.sort()).toEqual(all(48).map(receiptOf));
    expect(end.complete).toBe(true);
    expect(spans.map(({ from }) => from / 3_600_000)).toEqual([0, 12, 24, 36]);
  });
});

describe("a pull that may lack something says so", () => {
  const failing = (at: number) => {
    let calls = 0;
    const { page } = mpesa(all(250), { by: "rows", size: 100 });
    return {
      page: (query: Query): Promise<PageAnswer> => {
        calls += 1;
        return calls === at ? Promise.resolve({ answer: "failed", because: "HTTP 503" }) : page(query);
      },
    };
  };

  test.each([
    [1, 0],
    [2, 100],
    [4, 201],
  ])("when call %i fails, and hands on the %i payments before it", async (at, count) => {
    const { receipts, end } = await pull(failing(at));
    expect(receipts).toHaveLength(count);
    expect(end).toEqual({ step: "end", complete: false, because: "HTTP 503" });
  });

  test("when offsets change nothing", async () => {
    const { receipts, end } = await pull(mpesa(all(250), { by: "nothing", size: 100 }));
    expect(receipts).toHaveLength(100);
    expect(end).toMatchObject({ complete: false, because: expect.stringContaining("same payments") as unknown });
  });

  test("when M-PESA knows neither payments nor the shortcode", async () => {
    const { end } = await pull({ page: () => Promise.resolve({ answer: "no_records", listed: false }) });
    expect(end).toMatchObject({ complete: false, because: expect.stringContaining("register") as unknown });
  });

  test("when there is no end in sight", async () => {
    const daraja = mpesa(all(10_000), { by: "rows", size: 10 });
    expect(await pull(daraja, 5)).toMatchObject({ end: { complete: false } });
    expect(daraja.asked).toHaveLength(5);
  });

  test("when even a minute's answer is too long", async () => {
    let calls = 0;
    const page = (): Promise<PageAnswer> => {
      calls += 1;
      return Promise.resolve({ answer: "too_long" });
    };
    expect(await pull({ page })).toMatchObject({ end: { complete: false } });
    expect(calls).toBeLessThan(20);
  });
});
