/**
 * What a storefront's receivers do with what they are sent, and when. What must stay true: a receiver is plain data: the
 * spell that it is under at a moment says how it answers.
 */
import type { Chance } from "../core/prng.ts";

export const MANNERS = [
  /** Takes it. */
  "ok",
  /** Takes it, and answers within 15 seconds. */
  "slow",
  /** Never answers. */
  "hang",
  /** Takes it, and breaks the connection. */
  "lost_answer",
  /** Begins a good answer and never ends it. */
  "half",
  "error",
  /** Answers with what nobody can read, and with what is nobody's business. */
  "garbage",
  /** A good answer of megabytes. */
  "huge",
  "redirect",
  "gone",
  /** Asks to be left alone for so many seconds, or until a date. */
  "busy",
  /** Nothing listens at its address. */
  "refused",
  /** Its name is unknown. */
  "unresolved",
  /** Its name leads inside our own network, alone or beside a good address. */
  "private",
] as const;
export type Manner = (typeof MANNERS)[number];

export interface Spell {
  /** Milliseconds after the world begins. */
  readonly from: number;
  readonly until: number;
  readonly manner: Manner;
  /** The status of an error, the seconds of a `busy` one. */
  readonly number: number;
}

export interface Receiver {
  readonly spells: readonly Spell[];
  /** How often it breaks off a connection whatever its spell, in [0, 1]. */
  readonly flaky: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FOR_GOOD_MS = 40 * 24 * HOUR_MS;

const LENGTHS_MS = [MINUTE_MS, 10 * MINUTE_MS, 2 * HOUR_MS, 30 * HOUR_MS, FOR_GOOD_MS] as const;

const drawSpell = (chance: Chance): Spell => {
  const from = chance.happens(0.4) ? 0 : chance.between(0, 12 * MINUTE_MS);
  const manner = chance.pick<Manner>([...MANNERS, "hang", "hang", "slow"]);
  const number =
    manner === "busy"
      ? chance.pick([5, 120, 7_200, 200_000])
      : chance.pick([400, 401, 404, 409, 429, 500, 502, 503, 504]);
  const longest = manner === "busy" ? 2 * HOUR_MS : FOR_GOOD_MS;
  return { from, until: from + Math.min(longest, chance.pick([...LENGTHS_MS])), manner, number };
};

const NOTHING_WRONG = 0.35;

export const drawReceiver = (chance: Chance): Receiver => ({
  spells: chance.happens(NOTHING_WRONG) ? [] : Array.from({ length: chance.between(1, 3) }, () => drawSpell(chance)),
  flaky: chance.happens(0.3) ? chance.next() * 0.3 : 0,
});

/** How it behaves `at` milliseconds after the world began. */
export const mannerAt = ({ spells }: Receiver, at: number): Pick<Spell, "manner" | "number"> =>
  spells.find(({ from, until }) => from <= at && at < until) ?? { manner: "ok", number: 0 };
