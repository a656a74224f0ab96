/** Evidence that the world can see: bugs of the kind that lose or double money, each found within a bounded number of seeds. */
import { expect, test } from "vitest";
import { PLANTED } from "../../world/payments/planted.ts";
import type { Planted, PlantedName } from "../../world/payments/planted.ts";
import { live } from "../../world/payments/world.ts";

/** What betrays each bug, and how many seeds it may take. */
const BETRAYED: Readonly<Record<PlantedName, { readonly by: RegExp; readonly within: number }>> = {
  "blind retry on unknown": { by: /the phone was asked \d+ times/, within: 20 },
  "opening without its condition": { by: /the phone was asked|from version/, within: 20 },
  "prompt guard without its condition": { by: /was asked more than/, within: 60 },
  "no receipt claim": { by: /carry one receipt|has not claimed/, within: 20 },
  "query error taken as failure": { by: /was paid, is failed/, within: 200 },
  "acknowledge before the write": { by: /acknowledged and is kept nowhere/, within: 60 },
  "moves without the state's condition": { by: /went from/, within: 20 },
  "late money ignored": { by: /was paid, is failed/, within: 60 },
  "overdue taken as failure": { by: /was paid, is failed|asked \d+ times how it ended/, within: 200 },
  "questions put off too long": { by: /is still|was to be settled/, within: 60 },
};

/** How many seeds it took until `by` was among the violations; null when it never was. */
const seedsUntil = async (planted: Planted, { by, within }: { by: RegExp; within: number }): Promise<number | null> => {
  for (let seed = 1; seed <= within; seed += 1) {
    const { violations } = await live({ seed, planted, isTold: false });
    if (violations.some((violation) => by.test(violation))) return seed;
  }
  return null;
};

test.each(Object.entries(BETRAYED))("%s is seen", { timeout: 600_000 }, async (name, betrayed) => {
  const found = await seedsUntil(PLANTED[name as PlantedName], betrayed);
  expect(found).not.toBeNull();
});
