/** What a world is, whichever it is: payments or payouts. What must stay true: the same seed leaves the same behind. */

/** What a world leaves behind. */
export interface Lived {
  readonly seed: number;
  /** What must not be and was; empty for a world that held. */
  readonly violations: readonly string[];
  /** The readable timeline. */
  readonly story: readonly string[];
  readonly payments: number;
  readonly events: number;
}

export interface LiveOptions<S> {
  readonly seed: number;
  /** The most orders that come. */
  readonly orders?: number;
  /** What the world is about, in place of what its seed would draw. Plain data. */
  readonly scenario?: S;
  /** Whether somebody reads the story; it is empty otherwise. */
  readonly isTold?: boolean;
}

export type Live<S> = (options: LiveOptions<S>) => Promise<Lived>;

/** A kind of world whose broken ones can be made smaller. */
export interface Shrinkable<S> {
  readonly live: Live<S>;
  readonly draw: (seed: number, orders: number) => S;
  /** Smaller ones; each smaller in something that is counted. */
  readonly smaller: (scenario: S) => Iterable<S>;
}
