/**
 * Who may leave by a shortcode's payout lane. Pure. What must stay true: with any number of callers, at most one question
 * is out with a credential that M-PESA has not accepted, and after M-PESA complained about the initiator nothing that
 * names it is sent until a person has lifted the halt.
 */
import { PAYOUT_FAILURES } from "./payout-failures.ts";
import type { LaneHalt, PayoutLane } from "./payout-lane.ts";

/** How long an answer to the probe is waited for before another one may be sent. */
export const PROBE_PATIENCE_MS = 120_000;
/** Probes in a row that nobody answered; after that a person has to look. */
export const MOST_PROBES = 3;

/** What a change of the lane sets. */
export type LaneSettings = Pick<PayoutLane, "halt" | "provenFor" | "probe">;

/** Whether a payout may leave with the credential of this fingerprint. */
export type LaneVerdict =
  | "go"
  /** Send the one probe first. */
  | "prove"
  /** The probe is out: its answer will open the lane, or halt it. */
  | "wait"
  /** Until a person lifts it. */
  | "halted";

const isOut = ({ probe }: PayoutLane, fingerprint: string, now: number): boolean =>
  probe !== null && probe.fingerprint === fingerprint && now - probe.at < PROBE_PATIENCE_MS;

/** What a payout may do now. */
export const laneAllows = (lane: PayoutLane, fingerprint: string, now: number): LaneVerdict => {
  if (lane.halt !== null) return "halted";
  if (lane.provenFor === fingerprint) return "go";
  return isOut(lane, fingerprint, now) ? "wait" : "prove";
};

/**
 * Whether a question that names the initiator (a transaction's status, a balance) may be asked: with a proven credential,
 * unless what M-PESA complained about was the initiator. A halt for want of float leaves questions free.
 */
export const mayAsk = (lane: PayoutLane, fingerprint: string): boolean =>
  lane.provenFor === fingerprint && (lane.halt === null || PAYOUT_FAILURES[lane.halt.code].halts !== "initiator");

/**
 * The lane once a probe is about to go out; null when none may. The third that nobody answered halts the lane: a
 * credential that can't be proven is not tried for ever.
 */
export const probeSent = (
  lane: PayoutLane,
  probe: { readonly id: string; readonly fingerprint: string; readonly at: number },
): LaneSettings | null => {
  if (laneAllows(lane, probe.fingerprint, probe.at) !== "prove") return null;
  const before = lane.probe?.fingerprint === probe.fingerprint ? lane.probe.tries : 0;
  if (before >= MOST_PROBES) {
    const halt: LaneHalt = {
      code: "initiator_misconfigured",
      resultCode: null,
      at: probe.at,
      about: lane.probe?.id ?? probe.id,
    };
    return { halt, provenFor: lane.provenFor, probe: null };
  }
  return { halt: null, provenFor: lane.provenFor, probe: { ...probe, tries: before + 1 } };
};

/** The lane once M-PESA has answered the probe `id` without complaint; null when it was another question. */
export const probeAnswered = (lane: PayoutLane, id: string): LaneSettings | null =>
  lane.probe?.id === id && lane.halt === null ? { halt: null, provenFor: lane.probe.fingerprint, probe: null } : null;

/** The lane once M-PESA has complained; null when it is halted already for something at least as grave. */
export const laneHalted = (lane: PayoutLane, halt: LaneHalt): LaneSettings | null => {
  const names = (code: LaneHalt["code"]): boolean => PAYOUT_FAILURES[code].halts === "initiator";
  if (lane.halt !== null && (names(lane.halt.code) || !names(halt.code))) return null;
  return { halt, provenFor: names(halt.code) ? null : lane.provenFor, probe: null };
};

/** The lane once a person says that it is mended: a credential that was complained about has to prove itself again. */
export const laneLifted = (lane: PayoutLane): LaneSettings | null =>
  lane.halt === null ? null : { halt: null, provenFor: lane.provenFor, probe: null };
