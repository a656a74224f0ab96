/** What living through a run of seeds comes to. What must stay true: tallies add up in any order. */

/** Seeds of one kind of world, one after another. */
export interface Stretch {
  readonly world: string;
  readonly from: number;
  readonly count: number;
  /** The most orders that come to a world; the kind's own number when absent. */
  readonly orders?: number | undefined;
}

/** A seed that went wrong, and how. */
export interface BrokenSeed {
  readonly seed: number;
  readonly violations: readonly string[];
}

export interface Tally {
  readonly seeds: number;
  readonly payments: number;
  readonly events: number;
  /** User time of the processor, seconds. */
  readonly cpu: number;
  readonly broken: readonly BrokenSeed[];
}

export const NOTHING: Tally = { seeds: 0, payments: 0, events: 0, cpu: 0, broken: [] };

export const added = (one: Tally, other: Tally): Tally => ({
  seeds: one.seeds + other.seeds,
  payments: one.payments + other.payments,
  events: one.events + other.events,
  cpu: one.cpu + other.cpu,
  broken: [...one.broken, ...other.broken].sort((a, b) => a.seed - b.seed),
});

/** `count` seeds from `from`, in stretches of `length` at most. */
export const stretches = ({ from, count, ...how }: Stretch, length: number): Stretch[] =>
  Array.from({ length: Math.ceil(count / length) }, (_, place) => ({
    ...how,
    from: from + place * length,
    count: Math.min(length, count - place * length),
  }));
