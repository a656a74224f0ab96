/** Evidence that the world can see: bugs of the kind that lose or double money, each found within a bounded number of seeds. */
import { expect, test } from "vitest";
import { PLANTED } from "../../world/payments/planted.ts";
import type { Planted, PlantedName } from "../../world/payments/planted.ts";
import { live } from "../../world/payments/world.ts";

interface Betrayed {
  /** What betrays it. */
  readonly by: RegExp;
  /** How many seeds it may take. */
  readonly within: number;
  /** The seed that showed it when it was last looked for: the first to be tried. */
  readonly known: number;
}

const BETRAYED: Readonly<Record<PlantedName, Betrayed>> = {
  "blind retry on unknown": { by: /the phone was asked \d+ times/, within: 20, known: 5 },
  "opening without its condition": { by: /the phone was asked|from version/, within: 20, known: 1 },
  "prompt guard without its condition": { by: /was asked more than/, within: 60, known: 1 },
  "no receipt claim": { by: /carry one receipt|has not claimed/, within: 20, known: 1 },
  "query error taken as failure": { by: /was paid, is failed/, within: 400, known: 363 },
  "acknowledge before the write": { by: /acknowledged and is kept nowhere/, within: 60, known: 1 },
  "moves without the state's condition": { by: /went from/, within: 20, known: 3 },
  "late money ignored": { by: /was paid, is failed/, within: 60, known: 7 },
  "overdue taken as failure": { by: /was paid, is failed|asked \d+ times how it ended/, within: 200, known: 44 },
  "questions put off too long": { by: /is still|was to be settled/, within: 60, known: 1 },
  "amount not compared": { by: /a callback named another amount/, within: 20, known: 2 },
  "a stranger believed": { by: /what a stranger said was believed/, within: 60, known: 21 },
  "open prompt not minded": { by: /its payer was asked while/, within: 60, known: 17 },
  "a pull that skips pages": { by: /the money is on the ledger nowhere/, within: 40, known: 4 },
  "a pull that moves on too early": { by: /the money is on the ledger nowhere/, within: 60, known: 11 },
};

/** The seed at which `by` was among the violations; null when it never was. */
const seedThatShows = async (planted: Planted, { by, within, known }: Betrayed): Promise<number | null> => {
  const others = Array.from({ length: within }, (_, index) => index + 1).filter((seed) => seed !== known);
  for (const seed of [known, ...others]) {
    const { violations } = await live({ seed, planted, isTold: false });
    if (violations.some((violation) => by.test(violation))) return seed;
  }
  return null;
};

test.each(Object.entries(BETRAYED))("%s is seen", { timeout: 600_000 }, async (name, betrayed) => {
  const found = await seedThatShows(PLANTED[name as PlantedName], betrayed);
  expect(found).not.toBeNull();
});
