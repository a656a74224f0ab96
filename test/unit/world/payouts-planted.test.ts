/** Evidence that the world of payouts can see: bugs of the kind that lose or double money, each found within so many seeds. */
import { expect, test } from "vitest";
import { PLANTED } from "../../world/payouts/planted.ts";
import type { Planted, PlantedName } from "../../world/payouts/planted.ts";
import { live } from "../../world/payouts/world.ts";

interface Betrayal {
  /** What betrays the bug. */
  readonly by: RegExp;
  /** How many seeds it may take. */
  readonly within: number;
  /** The first seed that showed it, looked at before the others to save time. */
  readonly first: number;
}

const BETRAYED: Readonly<Record<PlantedName, Betrayal>> = {
  "another name for the second sending": {
    by: /took a payout that is not on the ledger|was paid twice/,
    within: 20,
    first: 1,
  },
  "a lost claim taken for a claim": { by: /was sent \d+ times, and claimed/, within: 80, first: 29 },
  "a gate that is always open": { by: /left although its batch did not run|was let go although/, within: 60, first: 1 },
  "one approval for any batch": { by: /left without its batch's approvals/, within: 40, first: 3 },
  "a lost answer taken for a refusal": { by: /became (queued|cancelled), and M-PESA holds it/, within: 20, first: 2 },
  "an unproven credential used": { by: /left with a password that M-PESA had not accepted/, within: 60, first: 6 },
  "a refund sent again": { by: /was asked \d+ times to reverse for one refund/, within: 20, first: 2 },
  "a refund that reserves nothing": { by: /its refunds are of|reserves \d+ cents/, within: 20, first: 1 },
  "payouts move uncounted": { by: /is counted as/, within: 20, first: 1 },
  "an empty answer taken for failure": { by: /was paid, is failed/, within: 20, first: 7 },
  "no slots": { by: /M-PESA saw \d+ payouts in a second/, within: 40, first: 8 },
  "batches frozen at once": { by: /was handed in twice and taken twice|was paid twice/, within: 60, first: 11 },
  "acknowledge before the write": { by: /acknowledged and is kept nowhere/, within: 40, first: 1 },
  "a queue timeout taken as final": { by: /was paid, is failed/, within: 40, first: 9 },
  "a pause that comes late": { by: /was let go although its batch had stopped/, within: 240, first: 108 },
  "a halted lane that pays": { by: /was let go although the lane was halted/, within: 40, first: 1 },
  "a refund sent without its claim": { by: /was asked \d+ times to reverse for one refund/, within: 60, first: 11 },
  "rows written over": { by: /from version \d+ to 1/, within: 40, first: 12 },
};

/** A seed in which `by` is among the violations; null when there is none. */
const seenIn = async (planted: Planted, { by, within, first }: Betrayal): Promise<number | null> => {
  const seeds = [first, ...Array.from({ length: within }, (_, place) => place + 1)];
  for (const seed of seeds) {
    const { violations } = await live({ seed, planted, isTold: false });
    if (violations.some((violation) => by.test(violation))) return seed;
  }
  return null;
};

test.each(Object.entries(BETRAYED))("%s is seen", { timeout: 240_000 }, async (name, betrayed) => {
  expect(await seenIn(PLANTED[name as PlantedName], betrayed)).not.toBeNull();
});
