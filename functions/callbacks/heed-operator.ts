/**
 * M-PESA's complaints about the API operator, which come with the answer to any question. What must stay true: whatever
 * was asked about, a complaint halts the lane, because every further call would bring the operator closer to its lock.
 */
import { operatorWord } from "../daraja/operator-word.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { Arrived } from "./door.ts";

export interface HeedOperatorDeps {
  readonly trip: TripLane;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
}

/** Halts the lane where M-PESA did not take the operator who asked; `shortcode` where the lane is known to be another's. */
export const heedOperator = async (
  deps: HeedOperatorDeps,
  { id, raw, at, requestId }: Arrived,
  shortcode?: string,
): Promise<void> => {
  const word = operatorWord(raw);
  if (word === null || word.trouble === null) return;
  const halt = { code: word.trouble, resultCode: word.code, at, about: id };
  await deps.trip({ shortcode: shortcode ?? (await deps.shortcode()), halt, requestId });
};
