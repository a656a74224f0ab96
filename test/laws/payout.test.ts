import fc from "fast-check";
import { expect, it } from "vitest";
import { decidePayout } from "../../functions/domain/decide-payout.ts";
import { HISTORY_LIMIT } from "../../functions/domain/decide.ts";
import { verifyChain } from "../../functions/domain/history.ts";
import { EXCEPTION_KINDS } from "../../functions/domain/payment-states.ts";
import { maySendAgain, MOST_SENDINGS } from "../../functions/domain/payout-schedule.ts";
import { OPEN_PAYOUT_STATES, PAYOUT_MOVES, PAYOUT_STATES } from "../../functions/domain/payout-states.ts";
import type { Payout, WeighedPayout } from "../../functions/domain/payout.ts";
import { hearPayout, newPayout, payouts, weighedPayouts } from "./payout-arbitraries.ts";

const RUNS = { numRuns: 1_500 };
const law = (holds: (payout: Payout, about: WeighedPayout) => void): void =>
  fc.assert(fc.property(payouts, weighedPayouts, holds), RUNS);

const isOpen = (payout: Payout): boolean => OPEN_PAYOUT_STATES.some((open) => open === payout.state);
/** What was heard that lets M-PESA hold the payout: an acceptance, a lost answer, a word about how it ended. */
const mayBeHeld = new Set(["accepted", "unknown", "untold", "unpaid", "paid"]);

it("the generated lives reach every state, so the laws below are not empty", () => {
  const lives = fc.sample(payouts, 4_000);
  expect(new Set(lives.map(({ state }) => state))).toEqual(new Set(PAYOUT_STATES));
  expect(lives.some(({ state, doubt }) => state === "sending" && doubt)).toBe(true);
  expect(lives.some(({ state, disputed }) => state === "uncertain" && disputed)).toBe(true);
});

it("every payout and every evidence have an answer, and each move is in the table", () => {
  law((payout, about) => {
    const decision = decidePayout(payout, about);
    if (decision.decision === "move") expect(PAYOUT_MOVES[payout.state]).toContain(decision.to);
  });
});

it("a payout is sent only by a claim: nothing that is heard sends it", () => {
  law((payout, about) => {
    const decision = decidePayout(payout, about);
    if (decision.decision !== "move" || decision.to !== "sending") return;
    expect(about.evidence.finding).toBe("claimed");
    expect(hearPayout(payout, about).attempts).toBe(payout.attempts + 1);
  });
});

it("what M-PESA may hold never goes back to the queue, where it could be cancelled or sent as if for the first time", () => {
  fc.assert(
    fc.property(fc.array(weighedPayouts, { maxLength: 30 }), (life) => {
      let now = newPayout();
      let held = false;
      for (const about of life) {
        const next = hearPayout(now, about);
        if (next !== now && now.state !== "queued") held ||= mayBeHeld.has(about.evidence.finding);
        if (held && now.state !== "queued") expect(next.state).not.toBe("queued");
        if (held && next.state === "cancelled") expect(now.state).toBe("cancelled");
        now = next;
      }
    }),
    { numRuns: 3_000 },
  );
});

it("once M-PESA has said that it took a payout, it is never sent again", () => {
  law((payout, about) => {
    if (!payout.wentIn && payout.conversationId === null) return;
    const decision = decidePayout(payout, about);
    if (payout.state !== "queued") expect(decision).not.toMatchObject({ to: "sending" });
    expect(maySendAgain(payout, payout.createdAt)).toBe(false);
  });
});

it("a refusal of a later sending does not fail a payout that an earlier one may have carried in", () => {
  law((payout, about) => {
    const { finding } = about.evidence;
    if (!payout.doubt || (finding !== "refused" && finding !== "turned_away")) return;
    expect(["failed", "queued"]).not.toContain(
      ((decision) => (decision.decision === "move" ? decision.to : null))(decidePayout(payout, about)),
    );
  });
});

it("it is sent again only while uncertain, after asking in vain, and a bounded number of times", () => {
  fc.assert(
    fc.property(payouts, fc.integer({ min: 0, max: 90_000_000 }), (payout, later) => {
      if (!maySendAgain(payout, payout.createdAt + later)) return;
      expect(payout.state).toBe("uncertain");
      expect(payout.attempts).toBeLessThan(MOST_SENDINGS);
      expect(payout.check?.attempt).toBeGreaterThanOrEqual(2);
    }),
    RUNS,
  );
});

it("money that moved is never unsaid", () => {
  law((payout, about) => {
    if (payout.state !== "succeeded") return;
    const next = hearPayout(payout, about);
    expect(next.state).toBe("succeeded");
    if (payout.receipt !== null) expect(next.receipt).toBe(payout.receipt);
  });
});

it("an ended payout stays as it ended, except that money which moved after all is believed and shown to a person", () => {
  law((payout, about) => {
    const decision = decidePayout(payout, about);
    if (isOpen(payout) || decision.decision !== "move") return;
    expect(decision).toMatchObject({ to: "succeeded", exception: "late_success" });
    expect(about.evidence.finding).toBe("paid");
  });
});

it("only proof that money moved makes a payout succeed, and its amount and phone agree with the intent", () => {
  law((payout, about) => {
    const decision = decidePayout(payout, about);
    if (decision.decision !== "move" || decision.to !== "succeeded") return;
    const { evidence, phoneHash } = about;
    if (evidence.finding !== "paid") throw new Error("succeeded without proof");
    expect([null, payout.amount]).toContain(evidence.amount);
    expect([null, payout.phoneHash]).toContain(phoneHash);
    if (evidence.source === "callback" || evidence.source === "query") expect(evidence.amount).toBe(payout.amount);
  });
});

it("a failure needs M-PESA's word, or proof that M-PESA never had it", () => {
  law((payout, about) => {
    const decision = decidePayout(payout, about);
    if (decision.decision !== "move" || decision.to !== "failed") return;
    expect(["unpaid", "refused", "turned_away", "overdue"]).toContain(about.evidence.finding);
    if (about.evidence.finding !== "unpaid") expect(payout.doubt || payout.wentIn).toBe(false);
  });
});

it("the same evidence again changes nothing", () => {
  law((payout, about) => {
    const once = hearPayout(payout, about);
    // A payout that was turned away may be claimed, and turned away, any number of times.
    if (about.evidence.finding === "claimed" && about.rawHash === null) return;
    expect(decidePayout(once, about).decision).toBe("ignore");
  });
});

it("a redelivered claim finds another state and does nothing", () => {
  law((payout, about) => {
    if (about.evidence.finding !== "claimed") return;
    const once = hearPayout(payout, about);
    if (once === payout) return;
    expect(decidePayout(once, about).decision).toBe("ignore");
  });
});

it("a history never grows past its limit by more than its moves, facts and first exceptions", () => {
  const sendings = 2 * 100;
  const most = HISTORY_LIMIT + sendings + 2 * MOST_SENDINGS + 8 + EXCEPTION_KINDS.length;
  fc.assert(
    fc.property(fc.array(weighedPayouts, { minLength: 150, maxLength: 400 }), (life) => {
      const payout = life.reduce((now, about) => hearPayout(now, about), newPayout());
      expect(payout.history.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 60 },
  );
});

it("a life, whatever it holds, leaves a chain that verifies and a version for each entry", () => {
  fc.assert(
    fc.property(payouts, (payout) => {
      expect(verifyChain(payout.id, payout.history, payout.history.at(-1)!.digest)).toEqual({ intact: true });
      expect(payout.version).toBe(payout.history.length);
    }),
    RUNS,
  );
});

it("nothing is left to ask about a payout that has ended", () => {
  fc.assert(
    fc.property(payouts, (payout) => {
      if (!isOpen(payout)) expect(payout.check).toBeNull();
    }),
    RUNS,
  );
});
