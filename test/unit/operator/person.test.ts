/** What the law gives a person a right to, by command: everything about them, and to have it taken away. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Storefront } from "../../../functions/store/directory.ts";
import { SETTLES_MS } from "../../../functions/store/person.ts";
import { personCommand } from "../../../operator/person-command.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { LIMITS, NOW } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { payoutIntent } from "../store/payout-samples.ts";
import { accepted, freshPhone, freshReceipt, intent, paid } from "../store/samples.ts";
import { recordingTerminal, stacksOf } from "./fakes.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedgerInMemory();
});
beforeEach(() => {
  test.time.now = NOW;
});
afterAll(() => test.close());

const STOREFRONTS: readonly Storefront[] = ["storefront", "neighbour"].map((id) => ({
  id,
  name: id,
  shortcode: null,
  references: [],
  isDefault: false,
}));

const commandOf = (phone: string) => {
  const { terminal, answers, said } = recordingTerminal();
  const run = (...words: string[]) =>
    personCommand(
      {
        stacks: stacksOf(),
        ledger: () => test.deps,
        directory: () => ({ storefronts: () => Promise.resolve(STOREFRONTS) }),
        askPhone: () => Promise.resolve(phone),
        clock: { now: () => test.time.now },
        newRequestId: () => "erasure-1",
        terminal,
      },
      words,
    );
  return { run, answers, said };
};

/** A person who paid two storefronts and was paid once; the payout has not left yet. */
const lived = async () => {
  const phone = freshPhone();
  const receipt = freshReceipt();
  const mine = intent({ phone });
  const theirs = intent({ phone, storefront: "neighbour", shortcode: "600000" });
  for (const [asked, named] of [
    [mine, receipt],
    [theirs, freshReceipt()],
  ] as const) {
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, named));
  }
  const payout = payoutIntent({ phone });
  await test.payouts.open(payout);
  return { phone, mine, theirs, payout, receipt };
};

const exported = async (phone: string) => {
  const { run, answers } = commandOf(phone);
  await run("export", "--stage", "sandbox");
  return JSON.parse(answers.join("\n")) as { phone: string; transactions: Record<string, unknown>[] };
};

describe("npm run person -- export", () => {
  it("hands out everything of the person, of every storefront and kind, and nothing of the business's accounts", async () => {
    const { phone, mine, theirs, payout, receipt } = await lived();
    const { phone: named, transactions } = await exported(`0${phone.slice(3)}`);
    expect(named).toBe(phone);
    expect(transactions.map(({ id }) => id).sort()).toEqual([mine.id, payout.id, theirs.id].sort());
    expect(transactions.find(({ id }) => id === mine.id)).toMatchObject({
      kind: "payment",
      storefront: "storefront",
      state: "succeeded",
      amount: 1500,
      currency: "KES",
      receipt,
      reference: mine.reference,
      metadata: mine.metadata,
      history: [{ finding: "created" }, { finding: "accepted" }, { finding: "paid", state: "succeeded" }],
    });
    expect(JSON.stringify(transactions)).not.toMatch(/sealed|hash|digest|Balance/i);
  });

  it("says so when there is nothing, and takes no text that is no number", async () => {
    expect((await exported(freshPhone())).transactions).toEqual([]);
    await expect(commandOf("nobody").run("export", "--stage", "sandbox")).rejects.toThrow(NotDone);
  });
});

describe("npm run person -- erase", () => {
  const ERASE = ["erase", "--stage", "sandbox", "--by", "Amina", "--because", "request 17"];

  it("says what it would do, does nothing until it is told to, and then names what it keeps", async () => {
    const { phone, mine, theirs, payout } = await lived();
    test.time.now = NOW + SETTLES_MS + 500_000;
    const first = commandOf(phone);
    await first.run(...ERASE);
    expect(first.answers).toContain(`would be erased\t${mine.id}`);
    expect(first.said.join()).toContain("2 would be erased; say --yes to do it, 1 kept.");
    expect((await exported(phone)).transactions).toHaveLength(3);
    const second = commandOf(phone);
    await second.run(...ERASE, "--yes");
    expect([...second.answers].sort()).toEqual(
      [`erased\t${mine.id}`, `erased\t${theirs.id}`, `kept\t${payout.id}\tits money may still move`].sort(),
    );
    expect((await exported(phone)).transactions.map(({ id }) => id)).toEqual([payout.id]);
    const history = (await test.ledger.history(mine.id))!;
    expect(history).toMatchObject({
      kind: "payment",
      payment: { phoneMasked: null, phoneHash: null, state: "succeeded" },
    });
  });

  it("can be repeated, and erases nothing twice", async () => {
    const { phone } = await lived();
    test.time.now = NOW + SETTLES_MS + 500_000;
    await commandOf(phone).run(...ERASE, "--yes");
    const again = commandOf(phone);
    await again.run(...ERASE, "--yes");
    expect(again.said.join()).toContain("0 erased, 1 kept.");
  });

  it("takes no reason that spells a phone number, and no number as an argument", async () => {
    const { run } = commandOf(freshPhone());
    const asks = ["erase", "--stage", "sandbox", "--by", "Amina", "--because"];
    await expect(run(...asks, "0712 345 678 asked")).rejects.toThrow(CalledWrongly);
    await expect(run(...asks, "x".repeat(121))).rejects.toThrow(CalledWrongly);
    await expect(run("export", "--stage", "sandbox", "--phone", "0712345678")).rejects.toThrow(CalledWrongly);
    await expect(run("forget")).rejects.toThrow(/export or erase/);
  });
});
