/** The lane that payouts leave by: whether they may, what to mend when they may not, and the words that stop and open it. */
import { isPayoutId } from "../domain/ids.ts";
import { haltMessage } from "../domain/payout-lane.ts";
import type { LaneHalt, PayoutLane } from "../domain/payout-lane.ts";
import { utcIso } from "../domain/time.ts";
import type { HaltLane } from "../payouts/halt-lane.ts";
import type { LiftLane } from "../payouts/lift-lane.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { LaneResource } from "./responses-payouts.ts";

/** A lane is all storefronts' of its shortcode: it names no payout and no key, because those may be a neighbour's. */
const haltView = ({ code, at, about, reason }: LaneHalt): LaneResource["halt"] => ({
  code,
  message: haltMessage(code),
  at: utcIso(at),
  about: code === "person" || isPayoutId(about) ? null : about,
  reason: reason ?? null,
});

const laneView = ({ shortcode, halt, provenFor }: PayoutLane, initiator: string): LaneResource => ({
  object: "payout_lane",
  shortcode,
  status: halt ? "halted" : provenFor === initiator ? "open" : "unproven",
  halt: halt && haltView(halt),
});

interface PayerDeps {
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
}

/** Answers with the lane that `find` gives. */
const withLane = async (deps: PayerDeps, find: (shortcode: string) => Promise<PayoutLane>): Promise<Reply> => {
  const [shortcode, initiator] = await Promise.all([deps.shortcode(), deps.initiator()]);
  return initiator === null ? problem("payouts_not_configured") : ok(laneView(await find(shortcode), initiator));
};

export const readPayoutLane =
  (deps: PayerDeps & { readonly lanes: Pick<LaneLedger, "lane"> }): Endpoint<typeof ROUTES.readPayoutLane> =>
  () =>
    withLane(deps, (shortcode) => deps.lanes.lane(shortcode));

/** Halts the lane; one that is halted already stays as it is. */
export const haltPayoutLane =
  (deps: PayerDeps & { readonly halt: HaltLane }): Endpoint<typeof ROUTES.haltPayoutLane> =>
  ({ caller, body, requestId }) =>
    withLane(deps, async (shortcode) => {
      const asked = { shortcode, by: `key:${caller.keyId}`, reason: body?.reason, requestId };
      return (await deps.halt(asked)).lane;
    });

/** Lifts the halt; a lane that is not halted stays as it is. */
export const resumePayoutLane =
  (deps: PayerDeps & { readonly lift: LiftLane }): Endpoint<typeof ROUTES.resumePayoutLane> =>
  () =>
    withLane(deps, async (shortcode) => (await deps.lift(shortcode)).lane);
