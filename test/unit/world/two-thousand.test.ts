/** What `npm run world -- --world payments --seeds 2000` says, in every run of the tests. */
import { expect, test } from "vitest";
import { bundleWorld } from "../../world/search/bundle.ts";
import { liveAll } from "../../world/search/crew.ts";
import { added, NOTHING, stretches } from "../../world/search/tally.ts";
import type { Tally } from "../../world/search/tally.ts";

const SEEDS = 2_000;
/** A minute of a core; a busy machine takes many. */
const TIMEOUT_MS = 900_000;

test("no payment is lost and none is doubled in two thousand worlds", { timeout: TIMEOUT_MS }, async () => {
  const { file } = await bundleWorld("payments");
  let total: Tally = NOTHING;
  const done = (_stretch: unknown, tally: Tally): boolean => {
    total = added(total, tally);
    return true;
  };
  // One process: other tests have the machine's other core.
  await liveAll(stretches({ world: "payments", from: 1, count: SEEDS }, SEEDS / 4), { file, size: 1, done });
  expect(total.broken).toEqual([]);
  expect(total.seeds).toBe(SEEDS);
  expect(total.payments).toBeGreaterThan(5 * SEEDS);
});
