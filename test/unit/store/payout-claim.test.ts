import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import {
  batchId,
  claimAs,
  payoutIntent,
  payoutOf,
  placeIn,
  rowIntent,
  said,
  sending,
  taken,
  unknownEnd,
} from "./payout-samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

const queued = async () => {
  const asked = rowIntent(placeIn(batchId(), 1));
  await test.payouts.openRows([asked]);
  const payout = await payoutOf(test, asked);
  test.calls.length = 0;
  return payout;
};

describe("the right to send a payout", () => {
  it("is one conditional write, counted as an attempt, with the look that follows it", async () => {
    const payout = await queued();
    const claim = claimAs();
    const claimed = await test.payouts.claim(payout, claim);
    expect(test.calls).toEqual(["UpdateItem"]);
    expect(claimed).toEqual(await payoutOf(test, payout));
    expect(claimed).toMatchObject({
      state: "sending",
      version: 2,
      attempts: 1,
      sentAt: claim.at,
      check: { at: claim.checkAt, attempt: 0 },
    });
    expect(claimed?.history.at(-1)).toMatchObject({ finding: "claimed", to: "sending", by: "clock", facts: {} });
  });

  it("goes to one of twenty that read the same version", async () => {
    const payout = await queued();
    const claims = await Promise.all(Array.from({ length: 20 }, () => test.payouts.claim(payout, claimAs())));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await payoutOf(test, payout)).toMatchObject({ attempts: 1, version: 2 });
  });

  it("goes to one of two copies of a message in one invocation, which say the very same", async () => {
    const payout = await queued();
    const claim = claimAs();
    const claims = await Promise.all([test.payouts.claim(payout, claim), test.payouts.claim(payout, claim)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it("stays with whoever claimed when the answer was lost and the SDK asked again", async () => {
    const payout = await queued();
    test.state.interfere = () => ({ again: true });
    const mine = await test.payouts.claim(payout, claimAs());
    test.state.interfere = () => null;
    expect(mine).toMatchObject({ state: "sending", attempts: 1, version: 2 });
    expect(mine).toEqual(await payoutOf(test, payout));
    expect(await test.payouts.claim(payout, claimAs())).toBeNull();
  });

  it("is nobody's when no answer ever came: whoever can't be sure does not send", async () => {
    const payout = await queued();
    test.state.interfere = () => ({ after: new Error("socket hang up") });
    await expect(test.payouts.claim(payout, claimAs())).rejects.toThrow("socket hang up");
    test.state.interfere = () => null;
    expect(await test.payouts.claim(payout, claimAs())).toBeNull();
    expect(await payoutOf(test, payout)).toMatchObject({ state: "sending", attempts: 1 });
  });

  it("is refused to whoever read an older version, even when the payout is queued again", async () => {
    const payout = await queued();
    await test.payouts.claim(payout, claimAs());
    const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;
    await test.payouts.record(payout.id, said({ finding: "turned_away", failure }, { source: "submit" }));
    const back = await payoutOf(test, payout);
    expect(back).toMatchObject({ state: "queued", attempts: 1, failure });
    expect(await test.payouts.claim(payout, claimAs())).toBeNull();
    expect(await test.payouts.claim(back, claimAs())).toMatchObject({ state: "sending", attempts: 2, failure: null });
  });

  it("is refused when anything about the payout changed since it was read", async () => {
    const changes = [
      (id: string) => test.payouts.record(id, said({ finding: "unverified" }, { raw: "from elsewhere" })),
      (id: string) => test.payouts.record(id, said({ finding: "cancelled" }, { source: "operator", by: "key:key_1" })),
      (id: string) => test.payouts.record(id, taken(payoutIntent({ id }))),
    ];
    for (const change of changes) {
      const payout = await queued();
      await change(payout.id);
      const changed = await payoutOf(test, payout);
      expect(await test.payouts.claim(payout, claimAs())).toBeNull();
      expect(await payoutOf(test, payout)).toEqual(changed);
    }
  });

  it("goes to a sender or to whoever cancels, never to both", async () => {
    for (let race = 0; race < 10; race += 1) {
      const payout = await queued();
      const cancelled = said({ finding: "cancelled" }, { source: "operator", by: "key:key_1" });
      const [claimed, outcome] = await Promise.all([
        test.payouts.claim(payout, claimAs()),
        test.payouts.record(payout.id, cancelled),
      ]);
      const state = claimed ? "sending" : "cancelled";
      expect(outcome.recorded).toBe(claimed ? "unchanged" : "changed");
      expect(await payoutOf(test, payout)).toMatchObject({ state, attempts: claimed ? 1 : 0 });
    }
  });

  it("is nobody's for a payout that is not on the ledger, and puts nothing there", async () => {
    const payout = await queued();
    const stranger = { ...payout, id: payoutIntent().id };
    expect(await test.payouts.claim(stranger, claimAs())).toBeNull();
    expect(await test.item(stranger.id)).toBeUndefined();
  });

  it("is refused without a call for a payout that is not queued", async () => {
    const asked = await sending(test);
    expect(await test.payouts.claim(await payoutOf(test, asked), claimAs())).toBeNull();
    expect(test.calls).toEqual(["GetItem"]);
  });
});

describe("the right to send a payout again", () => {
  it("is for one that nobody has said went in", async () => {
    const asked = await sending(test, payoutIntent());
    await test.payouts.record(asked.id, unknownEnd);
    const uncertain = await payoutOf(test, asked);
    expect(uncertain).toMatchObject({ state: "uncertain", doubt: true });
    const claims = await Promise.all([1, 2, 3].map(() => test.payouts.claim(uncertain, claimAs("again", NOW + 9_000))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await payoutOf(test, asked)).toMatchObject({ state: "sending", attempts: 2, sentAt: NOW + 9_000 });
  });

  it("is nobody's once M-PESA has said that it took it", async () => {
    const asked = await sending(test);
    await test.payouts.record(asked.id, taken(asked));
    await test.payouts.record(asked.id, said({ finding: "untold", because: "queue timeout", unlistedCode: null }));
    const uncertain = await payoutOf(test, asked);
    expect(uncertain).toMatchObject({ state: "uncertain", wentIn: true });
    expect(await test.payouts.claim(uncertain, claimAs("again"))).toBeNull();
  });

  it("is not for a queued payout, as the first is not for an uncertain one", async () => {
    expect(await test.payouts.claim(await queued(), claimAs("again"))).toBeNull();
    const asked = await sending(test);
    await test.payouts.record(asked.id, unknownEnd);
    expect(await test.payouts.claim(await payoutOf(test, asked), claimAs("first"))).toBeNull();
  });
});
