import fc from "fast-check";
import { expect, it } from "vitest";
import {
  laneAllows,
  laneHalted,
  laneLifted,
  laneMended,
  mayAsk,
  mayAskBalance,
  MOST_PROBES,
  probeAnswered,
  PROBE_PATIENCE_MS,
  probeSent,
} from "../../functions/domain/decide-lane.ts";
import type { LaneSettings } from "../../functions/domain/decide-lane.ts";
import { PAYOUT_FAILURE_CODES, PAYOUT_FAILURES } from "../../functions/domain/payout-failures.ts";
import type { PayoutFailureCode } from "../../functions/domain/payout-failures.ts";
import { HALT_CODES, haltCause } from "../../functions/domain/payout-lane.ts";
import type { HaltCode, LaneHalt, PayoutLane } from "../../functions/domain/payout-lane.ts";

const unused: PayoutLane = { shortcode: "600992", version: 0, halt: null, provenFor: null, probe: null };
const halting = PAYOUT_FAILURE_CODES.filter((code) => PAYOUT_FAILURES[code].halts !== null);

type Act =
  | { readonly act: "try" | "answer" | "lift" | "mend" | "halt" }
  | { readonly act: "complain"; readonly code: PayoutFailureCode }
  | { readonly act: "wait"; readonly ms: number }
  | { readonly act: "new_credential"; readonly fingerprint: string };

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ act: "try" as const }) },
  { weight: 2, arbitrary: fc.constant({ act: "answer" as const }) },
  fc.constantFrom("lift" as const, "mend" as const, "halt" as const).map((act) => ({ act })),
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

const haltFor = (code: HaltCode, at: number): LaneHalt => ({ code, resultCode: null, at, about: "pyo" });

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
    case "mend":
      return { ...seen, lane: with_(seen.lane, laneMended(seen.lane)) };
    case "halt":
      return { ...seen, lane: with_(seen.lane, laneHalted(seen.lane, haltFor("person", seen.now))) };
    case "complain":
      return { ...seen, lane: with_(seen.lane, laneHalted(seen.lane, haltFor(act.code, seen.now))) };
    case "wait":
      return { ...seen, now: seen.now + act.ms };
    case "new_credential":
      return { ...seen, fingerprint: act.fingerprint };
  }
};

const begin: Seen = { lane: unused, now: 1_000_000, fingerprint: "one", sent: [] };
const RUNS = { numRuns: 3_000 };
const lives = fc.array(acts, { maxLength: 40 });
/** Lives in which the credential changes while questions go unanswered. */
const restless = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: acts },
    { weight: 4, arbitrary: fc.constant({ act: "try" as const }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom("one", "two").map((fingerprint) => ({ act: "new_credential" as const, fingerprint })),
    },
    { weight: 2, arbitrary: fc.constant({ act: "wait" as const, ms: PROBE_PATIENCE_MS + 1 }) },
  ),
  { maxLength: 40 },
);

it("a payout leaves only with a credential that M-PESA has accepted since it last complained or a person halted", () => {
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
        if (seen.lane.halt?.code === "person") accepted = null;
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

it("whatever credentials there are, nothing unproven leaves while a question is out, and no three become a fourth", () => {
  let probed = 0;
  let others = 0;
  fc.assert(
    fc.property(restless, (life) => {
      let seen = begin;
      let out: readonly Seen["sent"][number][] = [];
      for (const act of life) {
        const before = seen;
        seen = step(seen, act);
        // Answered, or with the lane halted and lifted since: then nobody waits for those questions any more.
        if (seen.lane.probe === null) out = [];
        const last = seen.sent.at(-1);
        if (seen.sent.length === before.sent.length || last?.what !== "probe") continue;
        const previous = out.at(-1);
        if (previous !== undefined) expect(last.at - previous.at).toBeGreaterThanOrEqual(PROBE_PATIENCE_MS);
        if (previous !== undefined && previous.fingerprint !== last.fingerprint) others += 1;
        out = [...out, last];
        probed += 1;
        expect(out.length).toBeLessThanOrEqual(MOST_PROBES);
      }
    }),
    RUNS,
  );
  expect(probed).toBeGreaterThan(200);
  expect(others).toBeGreaterThan(20);
});

it("another credential neither goes out beside an unanswered question nor has the tries begin anew", () => {
  const out = with_(unused, probeSent(unused, { id: "bal_1", fingerprint: "one", at: 1 }));
  expect(laneAllows(out, "two", 2)).toBe("wait");
  expect(probeSent(out, { id: "bal_2", fingerprint: "two", at: 2 })).toBeNull();
  const later = 1 + PROBE_PATIENCE_MS;
  expect(laneAllows(out, "two", later)).toBe("prove");
  expect(probeSent(out, { id: "bal_2", fingerprint: "two", at: later })?.probe).toMatchObject({
    id: "bal_2",
    tries: 2,
  });
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
      if (lane.halt === null || haltCause(lane.halt.code) !== "initiator") return;
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

it("while a person halts the lane nothing names the initiator but questions about payouts, with what was proven", () => {
  let halted = 0;
  fc.assert(
    fc.property(lives, (life) => {
      const { lane, fingerprint } = life.reduce(step, begin);
      if (lane.halt?.code !== "person") return;
      halted += 1;
      expect(laneAllows(lane, fingerprint, Number.MAX_SAFE_INTEGER)).toBe("halted");
      expect(probeSent(lane, { id: "bal", fingerprint, at: Number.MAX_SAFE_INTEGER })).toBeNull();
      expect(mayAskBalance(lane, fingerprint)).toBe(false);
      expect(mayAsk(lane, fingerprint)).toBe(lane.provenFor === fingerprint);
    }),
    RUNS,
  );
  expect(halted).toBeGreaterThan(200);
});

it("a person's halt ends by the lane's own resume or a graver halt, and then every credential is unproven", () => {
  fc.assert(
    fc.property(lives, acts, (life, act) => {
      const before = life.reduce(step, begin);
      if (before.lane.halt?.code !== "person") return;
      const after = step(before, act).lane;
      if (after.halt?.code === "person") return;
      if (act.act === "lift") expect(after.halt).toBeNull();
      else expect(after.halt && haltCause(after.halt.code)).toBe("initiator");
      expect(after.provenFor).toBeNull();
    }),
    RUNS,
  );
});

it("a person halts whatever is not halted for the initiator; lesser complaints leave that halt alone", () => {
  const proven: PayoutLane = { ...unused, provenFor: "one" };
  const byPerson = haltFor("person", 2);
  for (const code of HALT_CODES) {
    const cause = haltCause(code);
    if (cause === null) continue;
    const first = with_(proven, laneHalted(proven, haltFor(code, 1)));
    const isAsGrave = cause === "initiator" || cause === "person";
    expect(laneHalted(first, byPerson)).toEqual(isAsGrave ? null : { halt: byPerson, provenFor: "one", probe: null });
    const second = laneHalted(with_(proven, laneHalted(proven, byPerson)), haltFor(code, 3));
    expect(second?.halt?.code ?? null).toBe(cause === "initiator" ? code : null);
  }
});
