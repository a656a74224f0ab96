import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { live } from "../../world/payments/world.ts";
import { openBook } from "../../world/search/book.ts";
import { bundleWorld } from "../../world/search/bundle.ts";
import { liveAll } from "../../world/search/crew.ts";
import { liveThrough } from "../../world/search/process.ts";
import { search } from "../../world/search/search.ts";
import { added, NOTHING, stretches } from "../../world/search/tally.ts";
import type { Stretch, Tally } from "../../world/search/tally.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "malipo-search-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const payments = (from: number, count: number): Stretch => ({ world: "payments", from, count });
const broken = (seed: number): Tally => ({ ...NOTHING, seeds: 1, broken: [{ seed, violations: ["paid twice"] }] });

test("processes come to the same as this one, each stretch once", async () => {
  const { file } = await bundleWorld("payments");
  const told = new Map<number, Tally>();
  const done = (stretch: Stretch, tally: Tally): boolean => {
    expect(told.has(stretch.from)).toBe(false);
    told.set(stretch.from, tally);
    return true;
  };
  await liveAll(stretches(payments(1, 4), 1), { file, size: 2, done });
  const here = [];
  for (const stretch of stretches(payments(1, 4), 1)) here.push(await liveThrough(live, stretch));
  const without = ({ cpu: _cpu, ...rest }: Tally) => rest;
  expect([1, 2, 3, 4].map((from) => without(told.get(from)!))).toEqual(here.map(without));
  expect(here.every(({ seeds, payments: made, events }) => seeds === 1 && made > 0 && events > 0)).toBe(true);
});

test("a process that ends before its time ends the search", async () => {
  const file = path.join(folder, "dies.mjs");
  writeFileSync(file, 'process.on("message", () => process.exit(3));');
  const lived = liveAll(stretches(payments(1, 4), 1), { file, size: 2, done: () => true });
  await expect(lived).rejects.toThrow(/of payments ended with 3/);
});

test("a search that is told to stop begins no further stretch", async () => {
  const file = path.join(folder, "answers.mjs");
  writeFileSync(file, 'process.on("message", () => process.send({ seeds: 1, broken: [] }));');
  let ended = 0;
  const done = (): boolean => ++ended < 3;
  await liveAll(stretches(payments(1, 9), 1), { file, size: 1, done });
  expect(ended).toBe(3);
});

test("a book knows what was lived through with this code, and nothing that was broken off", () => {
  const file = path.join(folder, "book.ndjson");
  const book = openBook(file);
  expect(book.known("aaa")(payments(1, 500))).toBeUndefined();
  book.write("aaa", payments(1, 500), broken(17));
  book.write("aaa", { ...payments(501, 500), orders: 20 }, NOTHING);
  appendFileSync(file, '\n{"code":"aaa","world":"payments","from":501,"cou');
  book.write("aaa", payments(1001, 500), broken(1002));
  const known = openBook(file).known("aaa");
  expect(known(payments(1, 500))).toMatchObject(broken(17));
  expect(known(payments(1001, 500))).toMatchObject(broken(1002));
  expect(known({ ...payments(501, 500), orders: 20 })).toMatchObject(NOTHING);
  for (const other of [payments(501, 500), payments(1, 499), { ...payments(1, 500), world: "payouts" }])
    expect(known(other)).toBeUndefined();
  expect(openBook(file).known("bbb")(payments(1, 500))).toBeUndefined();
});

test("a search counts what its book knows and lives through nothing of it again", async () => {
  const book = openBook(path.join(folder, "done.ndjson"));
  for (const stretch of stretches(payments(1, 1000), 500))
    book.write("aaa", stretch, { seeds: 500, payments: 5, events: 7, cpu: 2, broken: broken(stretch.from).broken });
  const said: string[] = [];
  const bundle = { file: path.join(folder, "never.mjs"), digest: "aaa" };
  const found = await search(payments(1, 1000), { bundle, workers: 2, book, say: (line) => said.push(line) });
  expect(found.map(({ seed }) => seed)).toEqual([1, 501]);
  expect(said).toEqual([
    expect.stringMatching(/^payments: 1,000 seeds, 10 payments, 14 events, 2 broken; .*250\.0 seeds/),
  ]);
});

test.each([
  [10, 3, [3, 3, 3, 1]],
  [4, 5, [4]],
  [500, 250, [250, 250]],
])("%i seeds are cut into stretches of %i at most, one after another", (count, length, counts) => {
  const cut = stretches(payments(7, count), length);
  expect(cut.map((stretch) => stretch.count)).toEqual(counts);
  expect(cut.map(({ from }) => from)).toEqual(counts.map((_, place) => 7 + place * length));
});

test("tallies add up, the broken ones in the order of their seeds", () => {
  const sum = [broken(9), { ...NOTHING, seeds: 3, payments: 2, events: 5, cpu: 1 }, broken(4)].reduce(added, NOTHING);
  expect(sum).toMatchObject({ seeds: 5, payments: 2, events: 5, cpu: 1 });
  expect(sum.broken.map(({ seed }) => seed)).toEqual([4, 9]);
});
