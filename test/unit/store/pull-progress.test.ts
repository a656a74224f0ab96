/** How far was pulled: it moves on over what was seen, never back, and remembers what it went past. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPullBook } from "../../../functions/store/pull-progress.ts";
import type { PullBook } from "../../../functions/store/pull-progress.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";

const HOUR = 3_600_000;
const SHORTCODE = "174379";

let world: TestLedger;
let book: PullBook;
beforeEach(async () => {
  world = await startLedger();
  book = createPullBook({ ...world.deps, table: world.deps.tables.coordination });
});
afterEach(() => world.close());

const to = (pulledUntil: number, more: { lost?: { from: number; until: number }; caughtUp?: boolean } = {}) => ({
  pulledUntil,
  lost: more.lost ?? null,
  caughtUp: more.caughtUp ?? true,
});

test("nothing was ever pulled at first", async () => {
  expect(await book.read(SHORTCODE)).toEqual({ pulledUntil: null, lost: [], failing: null });
});

test("it is kept for each shortcode by itself", async () => {
  await book.advance(SHORTCODE, await book.read(SHORTCODE), to(NOW));
  expect((await book.read(SHORTCODE)).pulledUntil).toBe(NOW);
  expect((await book.read("600984")).pulledUntil).toBeNull();
});

test("of two runs that saw the same, one moves it on and the other is told", async () => {
  const seen = await book.read(SHORTCODE);
  const moved = await Promise.all([
    book.advance(SHORTCODE, seen, to(NOW)),
    book.advance(SHORTCODE, seen, to(NOW - HOUR)),
  ]);
  expect(moved.filter((progress) => progress === null)).toHaveLength(1);
  const late = await book.advance(SHORTCODE, seen, to(NOW + HOUR));
  expect(late).toBeNull();
  expect((await book.read(SHORTCODE)).pulledUntil).not.toBe(NOW + HOUR);
});

test("what it goes past is written down by the same write, and the last twenty of them stay", async () => {
  let progress = await book.read(SHORTCODE);
  for (let n = 1; n <= 22; n += 1) {
    const lost = { from: NOW + n * 100 * HOUR, until: NOW + n * 100 * HOUR + HOUR };
    progress = (await book.advance(SHORTCODE, progress, to(lost.until, { lost })))!;
  }
  const { lost } = await book.read(SHORTCODE);
  expect(lost).toHaveLength(20);
  expect(lost[0]?.from).toBe(NOW + 3 * 100 * HOUR);
  expect(lost.at(-1)?.from).toBe(NOW + 22 * 100 * HOUR);
});

test("a failure says since when and why the last time, until a run has caught up", async () => {
  await book.failed(SHORTCODE, { at: NOW, because: "no answer" });
  await book.failed(SHORTCODE, { at: NOW + HOUR, because: "busy" });
  const failing = { since: NOW, because: "busy" };
  expect(await book.read(SHORTCODE)).toEqual({ pulledUntil: null, lost: [], failing });
  const half = await book.advance(SHORTCODE, await book.read(SHORTCODE), to(NOW, { caughtUp: false }));
  expect(half?.failing).toEqual(failing);
  const whole = await book.advance(SHORTCODE, half!, to(NOW + HOUR));
  expect(whole).toEqual({ pulledUntil: NOW + HOUR, lost: [], failing: null });
});

test("it is never forgotten: the item has no end", async () => {
  await book.advance(SHORTCODE, await book.read(SHORTCODE), to(NOW));
  const item = await world.item(`pull#${SHORTCODE}`, world.deps.tables.coordination);
  expect(item).toBeDefined();
  expect(item).not.toHaveProperty("ttl");
});
