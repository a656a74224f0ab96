/**
 * The books balance: whatever is asked for, repeated, refused or spoilt, what the payouts say was paid is what left the
 * accounts, once for each receipt. The totals are believed elsewhere because of this law.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "./manual-world.ts";
import {
  AN_HOUR_MS,
  B2C_PATH,
  B2C_V1_PATH,
  createPayoutWorld,
  credentialFor,
  payoutBody,
  receiver,
  SOMEBODY,
} from "./payout-world.ts";

const OPENING = 20_000;
const WRONG = credentialFor("not the password");

/** One thing that happens; ids are few, so that many come again. */
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      path: fc.constantFrom(B2C_PATH, B2C_PATH, B2C_V1_PATH),
      id: fc.integer({ min: 1, max: 8 }),
      amount: fc.integer({ min: 8, max: 4000 }),
      to: fc.constantFrom(SOMEBODY, ...Array.from({ length: 11 }, (_, index) => receiver(50 + index))),
      wrong: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("top_up" as const), shillings: fc.integer({ min: 0, max: 5000 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "unlock" as const }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        { reset: true },
        { callback: { drop: true } },
        { callback: { copies: 3 } },
        { callback: { amount: 1 } },
      )
      .map((fault) => ({ kind: "fault" as const, fault })),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3000 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type World = ReturnType<typeof createPayoutWorld>;

const take = async (world: World, happening: Step): Promise<void> => {
  switch (happening.kind) {
    case "pay": {
      const { path, id, amount, to, wrong } = happening;
      const own = { OriginatorConversationID: `pay_${id}`, Amount: amount, PartyB: to };
      /* Not awaited: a receiver may be told before the submit is answered, and that takes time to pass. */
      void world.post(path, payoutBody(wrong ? { ...own, SecurityCredential: WRONG } : own));
      await world.clock.advance(0);
      return;
    }
    case "top_up":
      await world.control("POST", "accounts/600992", { top_up: happening.shillings });
      return;
    case "unlock":
      await world.control("POST", "initiators/testapi", { action: "unlock" });
      return;
    case "fault":
      await world.control("POST", "faults", {
        match: { path: B2C_PATH },
        times: 1,
        fault: { when: "after_execution", ...happening.fault },
      });
      return;
    case "wait":
      await world.clock.advance(happening.ms);
  }
};

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

test("what was paid is what left, once for each receipt, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (happenings) => {
      const world = createPayoutWorld({ utilityShillings: OPENING, switches: { initiator_tries: 5 } });
      for (const happening of happenings) await take(world, happening);
      await world.clock.advance(AN_HOUR_MS);

      const all = await world.payouts("limit=10000");
      const paid = all.filter(({ receipt }) => receipt !== null);
      const toppedUp = sumOf(happenings.map((each) => (each.kind === "top_up" ? each.shillings : 0)));
      const left = OPENING + toppedUp - Number(await world.utility());
      const totals = (await world.control("GET", "payouts/totals")).body as Record<string, Json>;

      expect(sumOf(paid.map(({ amount }) => amount))).toBe(left);
      expect(totals["paid"]).toEqual({ count: paid.length, sum: left });
      expect(totals["left_utility"]).toEqual({ count: paid.length, sum: left });
      expect(new Set(paid.map(({ receipt }) => receipt)).size).toBe(paid.length);
      expect(new Set(all.map((payout) => payout.originator_conversation_id)).size).toBe(all.length);
      expect(all.map(({ state }) => state)).not.toContain("accepted");
      expect(totals["ids_paid_more_than_once"]).toBe(0);
      expect(totals["submits"]).toBe(sumOf(all.map(({ submits }) => submits)));
    }),
    { numRuns: 60 },
  );
});
