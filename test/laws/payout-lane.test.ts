import fc from "fast-check";
import { expect, it } from "vitest";
import {
  laneAllows,
  laneHalted,
  laneLifted,
  mayAsk,
  MOST_PROBES,
  probeAnswered,
  PROBE_PATIENCE_MS,
  probeSent,
} from "../../functions/domain/decide-lane.ts";
import type { LaneSettings } from "../../functions/domain/decide-lane.ts";
import { PAYOUT_FAILURE_CODES, PAYOUT_FAILURES } from "../../functions/domain/payout-failures.ts";
import type { PayoutFailureCode } from "../../functions/domain/payout-failures.ts";
import type { PayoutLane } from "../../functions/domain/payout-lane.ts";

const unused: PayoutLane = { shortcode: "600992", version: 0, halt: null, provenFor: null, probe: null };
const halting = PAYOUT_FAILURE_CODES.filter((code) => PAYOUT_FAILURES[code].halts !== null);

type Act =
  | { readonly act: "try" | "answer" | "lift" }
  | { readonly act: "complain"; readonly code: PayoutFailureCode }
  | { readonly act: "wait"; readonly ms: number }
  | { readonly act: "new_credential"; readonly fingerprint: string };

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ act: "try" as const }) },
  { weight: 2, arbitrary: fc.constant({ act: "answer" as const }) },
  fc.constant({ act: "lift" as const }),
  fc.constantFrom(...halting).map((code) => ({ act: "complain" as const, code })),
  fc.constantFrom(1_000, PROBE_PATIENCE_MS + 1).map((ms) => ({ act: "wait" as const, ms })),
  fc.constantFrom("one", "two").map((fingerprint) => ({ act: "new_credential" as const, fingerprint })),
);

interface Seen {
  readonly lane: PayoutLane;
  readonly now: number;
  readonly fingerprint: string;
  /** Everything that named the initiator: what it was, and with which credential. */
  readonly sent: readonly { readonly what: "probe" | "payout"; readonly fingerprint: string; readonly at: number }[];
}

const with_ = (lane: PayoutLane, next: LaneSettings | null): PayoutLane =>
  next === null ? lane : { ...lane, ...next, version: lane.version + 1 };

/** A dispatcher with a payout in hand: sends it, or the probe, or nothing. */
const attempt = (seen: Seen): Seen => {
  const { lane, now, fingerprint, sent } = seen;
  const verdict = laneAllows(lane, fingerprint, now);
  if (verdict === "go") return { ...seen, sent: [...sent, { what: "payout", fingerprint, at: now }] };
  if (verdict !== "prove") return seen;
  const next = probeSent(lane, { id: `bal_${lane.version}`, fingerprint, at: now });
  const after = with_(lane, next);
  return next?.probe
    ? { ...seen, lane: after, sent: [...sent, { what: "probe", fingerprint, at: now }] }
    : { ...seen, lane: after };
};

const step = (seen: Seen, act: Act): Seen => {
  switch (act.act) {
    case "try":
      return attempt(seen);
    case "answer":
      return { ...seen, lane: with_(seen.lane, probeAnswered(seen.lane, seen.lane.probe?.id ?? "none")) };
    case "lift":
      return { ...seen, lane: with_(seen.lane, laneLifted(seen.lane)) };
    case "complain": {
      const halt = { code: act.code, resultCode: null, at: seen.now, about: "pyo" };
      return { ...seen, lane: with_(seen.lane, laneHalted(seen.lane, halt)) };
    }
    case "wait":
      return { ...seen, now: seen.now + act.ms };
    case "new_credential":
      return { ...seen, fingerprint: act.fingerprint };
  }
};

const begin: Seen = { lane: unused, now: 1_000_000, fingerprint: "one", sent: [] };
const RUNS = { numRuns: 3_000 };
const lives = fc.array(acts, { maxLength: 40 });

it("a payout leaves only with a credential that M-PESA has accepted since it last complained", () => {
  let left = 0;
  fc.assert(
    fc.property(lives, (life) => {
      let seen = begin;
      let accepted: string | null = null;
      for (const act of life) {
        const before = seen;
        seen = step(seen, act);
        if (act.act === "answer" && before.lane.probe && before.lane.halt === null)
          accepted = before.lane.probe.fingerprint;
        if (act.act === "complain" && PAYOUT_FAILURES[act.code].halts === "initiator") accepted = null;
        const last = seen.sent.at(-1);
        if (seen.sent.length > before.sent.length && last?.what === "payout") {
          left += 1;
          expect(last.fingerprint).toBe(accepted);
          expect(before.lane.halt).toBeNull();
        }
      }
    }),
    RUNS,
  );
  expect(left).toBeGreaterThan(200);
});

it("with any number of callers one unproven question is out at a time, and at most three in a row without an answer", () => {
  fc.assert(
    fc.property(lives, (life) => {
      let seen = begin;
      let unanswered = 0;
      for (const act of life) {
        const before = seen;
        for (let caller = 0; caller < (act.act === "try" ? 5 : 1); caller += 1) seen = step(seen, act);
        const probes = seen.sent.slice(before.sent.length).filter(({ what }) => what === "probe");
        expect(probes.length).toBeLessThanOrEqual(1);
        if (act.act !== "try") unanswered = 0;
        else unanswered += probes.length;
        expect(unanswered).toBeLessThanOrEqual(MOST_PROBES);
      }
    }),
    RUNS,
  );
});

it("a credential that nobody answers for halts the lane after three questions", () => {
  const tries = Array.from({ length: 12 }, (): Act[] => [{ act: "try" }, { act: "wait", ms: PROBE_PATIENCE_MS + 1 }]);
  const seen = tries.flat().reduce(step, begin);
  expect(seen.sent).toHaveLength(MOST_PROBES);
  expect(seen.lane.halt?.code).toBe("initiator_misconfigured");
});

it("nothing that names the initiator is asked while M-PESA's complaint about it stands", () => {
  fc.assert(
    fc.property(lives, (life) => {
      const { lane, fingerprint } = life.reduce(step, begin);
      if (lane.halt === null || PAYOUT_FAILURES[lane.halt.code].halts !== "initiator") return;
      expect(mayAsk(lane, fingerprint)).toBe(false);
      expect(laneAllows(lane, fingerprint, Number.MAX_SAFE_INTEGER)).toBe("halted");
    }),
    RUNS,
  );
});

it("a complaint about the initiator is never replaced by a lesser one", () => {
  const grave = with_(unused, laneHalted(unused, { code: "initiator_locked", resultCode: "8006", at: 1, about: "a" }));
  expect(laneHalted(grave, { code: "float_too_low", resultCode: "1", at: 2, about: "b" })).toBeNull();
  const lesser = with_(unused, laneHalted(unused, { code: "float_too_low", resultCode: "1", at: 1, about: "a" }));
  expect(laneHalted(lesser, { code: "initiator_locked", resultCode: "8006", at: 2, about: "b" })?.halt?.code).toBe(
    "initiator_locked",
  );
});

it("an answer to a question from before the complaint lifts nothing", () => {
  const out = with_(unused, probeSent(unused, { id: "bal_1", fingerprint: "one", at: 1 }));
  const halted = with_(out, laneHalted(out, { code: "initiator_locked", resultCode: "8006", at: 2, about: "pyo" }));
  expect(probeAnswered(halted, "bal_1")).toBeNull();
});
