/** Two runs of the pull at once: the slower one changes nothing, however far the faster one has come. */
import { expect, test } from "vitest";
import { createPullBook } from "../../../functions/store/pull-progress.ts";
import { NOW, startLedger } from "./database.ts";

const HOUR = 3_600_000;
const SHORTCODE = "174379";

test("a run that saw an earlier mark neither takes it back nor forgets what the faster run went past", async () => {
  const world = await startLedger();
  const book = createPullBook({ ...world.deps, table: world.deps.tables.coordination });
  const seen = await book.advance(SHORTCODE, await book.read(SHORTCODE), {
    pulledUntil: NOW,
    lost: null,
    caughtUp: true,
  });
  const gap = { from: NOW, until: NOW + HOUR };
  const faster = await book.advance(SHORTCODE, seen!, { pulledUntil: NOW + 3 * HOUR, lost: gap, caughtUp: true });
  expect(faster).toMatchObject({ pulledUntil: NOW + 3 * HOUR, lost: [gap] });
  expect(await book.advance(SHORTCODE, seen!, { pulledUntil: NOW + HOUR, lost: null, caughtUp: true })).toBeNull();
  expect(await book.read(SHORTCODE)).toEqual(faster);
  world.close();
});
