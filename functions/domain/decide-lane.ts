/**
 * Who may leave by a shortcode's payout lane. Pure. What must stay true: with any number of callers, at most one question
 * is out with credentials that M-PESA has not accepted, however many of them there are; after M-PESA complained about the
 * initiator nothing that names it is sent until a person has lifted the halt; while a person halts the lane nothing names
 * it but questions about payouts that are on their way, and afterwards the credential proves itself anew.
 */
import { haltCause } from "./payout-lane.ts";
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

/** Whichever credential it went out with: two that are unproven count their wrong tries at the same initiator. */
const isOut = ({ probe }: PayoutLane, now: number): boolean => probe !== null && now - probe.at < PROBE_PATIENCE_MS;

/** What a payout may do now. */
export const laneAllows = (lane: PayoutLane, fingerprint: string, now: number): LaneVerdict => {
  if (lane.halt !== null) return "halted";
  if (lane.provenFor === fingerprint) return "go";
  return isOut(lane, now) ? "wait" : "prove";
};

/**
 * Whether it may be asked how a payout ended, which names the initiator: with a proven credential, unless what M-PESA
 * complained about was the initiator. A halt for want of float leaves questions free, and so does a person's: whoever is
 * about to change the password has to see when nothing is on its way any more.
 */
export const mayAsk = (lane: PayoutLane, fingerprint: string): boolean =>
  lane.provenFor === fingerprint && (lane.halt === null || haltCause(lane.halt.code) !== "initiator");

/**
 * Whether the balance may be asked for. Not while a person halts the lane: the password may be another one by now, and
 * questions about payouts end with the payouts, but this one would be asked for ever.
 */
export const mayAskBalance = (lane: PayoutLane, fingerprint: string): boolean =>
  mayAsk(lane, fingerprint) && lane.halt?.code !== "person";

/**
 * The lane once a probe is about to go out; null when none may. The third that nobody answered halts the lane: a
 * credential that can't be proven is not tried for ever.
 */
export const probeSent = (
  lane: PayoutLane,
  probe: { readonly id: string; readonly fingerprint: string; readonly at: number },
): LaneSettings | null => {
  if (laneAllows(lane, probe.fingerprint, probe.at) !== "prove") return null;
  const before = lane.probe?.tries ?? 0;
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

/** How much a halt stops: all that names the initiator, all of it but questions about payouts, or the sending alone. */
const weight = ({ code }: LaneHalt): number => {
  const cause = haltCause(code);
  if (cause === "initiator") return 2;
  return cause === "person" ? 1 : 0;
};

/** The lane once it has to stop; null when it is halted already for something at least as grave. */
export const laneHalted = (lane: PayoutLane, halt: LaneHalt): LaneSettings | null => {
  if (lane.halt !== null && weight(lane.halt) >= weight(halt)) return null;
  return { halt, provenFor: haltCause(halt.code) === "initiator" ? null : lane.provenFor, probe: null };
};

/**
 * The lane once a person says that payouts may leave. A credential that was complained about has to prove itself again,
 * and so has every one after a person's halt: a process that still holds the old password would find it proven.
 */
export const laneLifted = ({ halt, provenFor }: PayoutLane): LaneSettings | null =>
  halt === null ? null : { halt: null, provenFor: halt.code === "person" ? null : provenFor, probe: null };

/** As `laneLifted`, for who mended what stopped one batch: a halt that a person made for all is not lifted by that. */
export const laneMended = (lane: PayoutLane): LaneSettings | null =>
  lane.halt?.code === "person" ? null : laneLifted(lane);
