/** The store's own promises hold on the stand-in as they do on Amazon's engine: the same ledger code runs on both. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Evidence } from "../../../functions/domain/evidence.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { createLedger } from "../../../functions/store/dynamo-ledger.ts";
import type { Ledger } from "../../../functions/store/ledger.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { LIMITS, NOW, startLedger } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { accepted, freshPhone, freshReceipt, intent, paid, unpaid } from "../store/samples.ts";
import { startBoth } from "./both-engines.ts";
import type { Both } from "./both-engines.ts";

let both: Both;
let books: TestLedger;
let ledgers: readonly Ledger[];
beforeAll(async () => {
  [both, books] = await Promise.all([startBoth(), startLedger()]);
  ledgers = both.engines.map(({ send, tables }) => createLedger({ ...books.deps, tables, dynamo: { send } }));
});
afterAll(() => {
  both.close();
  books.close();
});

/** What both ledgers say to the same request. */
const ask = async (request: (ledger: Ledger) => Promise<unknown>): Promise<unknown> => {
  const [mine, amazons] = await Promise.all(ledgers.map(request));
  expect(mine).toEqual(amazons);
  return mine;
};

describe("the ledger on both engines", () => {
  test("opens once, replays, tells a reused key, and keeps a second prompt off the phone", async () => {
    const first = intent();
    const open = (asked: typeof first) => ask((ledger) => ledger.open(asked, LIMITS));
    expect(await open(first)).toMatchObject({ opened: "new" });
    expect(await open(first)).toMatchObject({ opened: "existing" });
    expect(await open({ ...first, fingerprint: "cd".repeat(32) })).toMatchObject({ opened: "reused_key" });
    expect(await open(intent({ phone: first.phone }))).toMatchObject({ because: "payment_in_progress" });
  });

  test("applies evidence once, in either order, and believes late money", async () => {
    const stories: readonly ((asked: PaymentIntent, receipt: string) => readonly Evidence[])[] = [
      (asked, receipt) => [accepted(asked), paid(asked, receipt)],
      (asked, receipt) => [paid(asked, receipt), accepted(asked)],
      (asked, receipt) => [unpaid(asked), paid(asked, receipt)],
    ];
    for (const story of stories) {
      const asked = intent();
      const receipt = freshReceipt();
      await ask((ledger) => ledger.open(asked, LIMITS));
      const told = story(asked, receipt);
      for (const evidence of [...told, ...told]) await ask((ledger) => ledger.record(asked.id, evidence));
      expect(await ask((ledger) => ledger.read(asked.id))).toMatchObject({ state: "succeeded", receipt });
    }
  });

  test("gives a receipt to one payment alone", async () => {
    const receipt = freshReceipt();
    const [one, other] = [intent(), intent()];
    for (const asked of [one, other]) {
      await ask((ledger) => ledger.open(asked, LIMITS));
      const evidence = paid(asked, receipt);
      await ask((ledger) => ledger.record(asked.id, evidence));
    }
    expect(await ask((ledger) => ledger.read(other.id))).toMatchObject({ state: "initiated", disputed: true });
  });

  test("finds what is due, and moves a check once", async () => {
    const asked = intent({ phone: freshPhone(), checkAt: NOW + 7 });
    await ask((ledger) => ledger.open(asked, LIMITS));
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
    const due = await ask(async (ledger) => {
      const pages = await Promise.all(shards.map((shard) => ledger.due(NOW + 7, shard, { limit: 50, after: null })));
      return pages.flatMap(({ checks }) => checks.map(({ id }) => id));
    });
    expect(due).toContain(asked.id);
    const move = () =>
      ask((ledger) => ledger.postpone(asked.id, { at: NOW + 7, attempt: 0 }, { at: NOW + 90, attempt: 1 }));
    expect([await move(), await move()]).toEqual([true, false]);
  });
});
