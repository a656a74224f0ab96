/** Statements that are wrong on purpose: where they are wrong, that they stay so, and that the answer key says exactly that. */
import { describe, expect, test } from "vitest";
import { payer, type Json } from "./manual-world.ts";
import { createStatementWorld } from "./statement-world.ts";

const plant = (world: ReturnType<typeof createStatementWorld>, fault: unknown) =>
  world.control("POST", "statement/faults", fault);
const planted = async (world: ReturnType<typeof createStatementWorld>): Promise<Json[]> =>
  (await world.control("GET", "planted")).body?.["data"] as Json[];
const rowsOf = async (world: ReturnType<typeof createStatementWorld>, receipt: string) =>
  (await world.cells()).filter(([first]) => first === receipt);

describe("one receipt", () => {
  test("is missing: neither it nor its charge is in the file, and the balances show the gap", async () => {
    const world = createStatementWorld();
    const { menu } = await world.trade();
    const before = await world.cells();
    await plant(world, { kind: "missing", receipt: menu });
    expect(await rowsOf(world, menu)).toEqual([]);
    const after = await world.cells();
    expect(after.slice(0, 6)).toEqual(before.slice(0, 6));
    expect(after).toEqual(before.filter(([first]) => first !== menu));
    expect(await planted(world)).toMatchObject([
      { kind: "statement_row_missing", shortcode: "174379", receipt: menu, amount: 2000 },
    ]);
  });

  test("comes twice, and its charge once", async () => {
    const world = createStatementWorld();
    const { menu } = await world.trade();
    await plant(world, { kind: "doubled", receipt: menu });
    expect((await rowsOf(world, menu)).map((row) => [row[3]?.slice(0, 15), row[5], row[7]])).toEqual([
      ["Pay Bill Charge", "", "5003465"],
      ["Pay Bill from 2", "2000", "5003485"],
      ["Pay Bill from 2", "2000", "5003485"],
    ]);
    expect(await planted(world)).toMatchObject([{ kind: "statement_row_doubled", receipt: menu }]);
  });

  test("names another amount, in its own direction", async () => {
    const world = createStatementWorld();
    const { menu, payout } = await world.trade();
    await plant(world, [
      { kind: "amount", receipt: menu, by: -100 },
      { kind: "amount", receipt: payout },
    ]);
    expect((await rowsOf(world, menu))[1]).toMatchObject({ 5: "1900", 7: "5003485" });
    expect((await rowsOf(world, payout))[0]).toMatchObject({ 6: "-1010" });
    expect(await planted(world)).toMatchObject([
      { kind: "statement_amount_changed", receipt: menu, amount: 2000, shown_amount: 1900 },
      { kind: "statement_amount_changed", receipt: payout, amount: -1000, shown_amount: -1010 },
    ]);
  });

  test("is true again once the rules are gone", async () => {
    const world = createStatementWorld();
    const { menu } = await world.trade();
    const before = await world.cells();
    await plant(world, { kind: "missing", receipt: menu });
    await world.control("DELETE", "statement/faults");
    expect(await world.cells()).toEqual(before);
    expect(await planted(world)).toEqual([]);
  });
});

describe("a share of all receipts", () => {
  const day = async () => {
    const world = createStatementWorld();
    for (let count = 0; count < 400; count += 1) await world.pay({}, 1000);
    await world.control("POST", "accounts/174379/sweep", {});
    await plant(world, [
      { kind: "missing", rate: 0.05 },
      { kind: "doubled", rate: 0.05 },
      { kind: "amount", rate: 0.05 },
    ]);
    return world;
  };

  test("is wrong in the same places in every export, and the key names exactly those", async () => {
    const world = await day();
    const cells = await world.cells();
    expect(await world.cells()).toEqual(cells);
    const key = await planted(world);
    const named = (kind: string) => key.filter((entry) => entry["kind"] === kind).map(({ receipt }) => String(receipt));
    const principals = cells.slice(7).filter(([, , , details]) => details?.startsWith("Pay Bill from"));
    const times = (receipt: string) => principals.filter(([first]) => first === receipt).length;
    const truth = (await world.list("limit=1000")).map(({ receipt }) => receipt ?? "");
    expect(truth.filter((receipt) => times(receipt) === 0).toSorted()).toEqual(
      named("statement_row_missing").toSorted(),
    );
    expect(truth.filter((receipt) => times(receipt) === 2).toSorted()).toEqual(
      named("statement_row_doubled").toSorted(),
    );
    const changed = principals.filter((row) => row[5] === "1510").map(([receipt]) => receipt);
    expect(changed.toSorted()).toEqual(named("statement_amount_changed").toSorted());
    for (const kind of ["statement_row_missing", "statement_row_doubled", "statement_amount_changed"]) {
      expect(named(kind).length).toBeGreaterThan(5);
      expect(named(kind).length).toBeLessThan(50);
    }
  });

  test("leaves what the organisation does with its own money as it is", async () => {
    const world = createStatementWorld();
    await world.control("POST", "accounts/174379/sweep", {});
    await plant(world, { kind: "missing", rate: 1 });
    expect((await world.cells({ template: "current" })).slice(1)).toHaveLength(5);
  });
});

test("the key tells what was never told: a push's callback, a payout's result", async () => {
  const world = createStatementWorld();
  await world.pushTo(payer(7), { Amount: 70 });
  await world.control("POST", "faults", { match: { msisdn: "254712000111" }, fault: { callback: { drop: true } } });
  await world.trade();
  const [push] = await world.truth();
  const key = await planted(world);
  expect(key.map(({ kind }) => kind)).toEqual(["callback_lost", "result_lost"]);
  expect(key[0]).toMatchObject({ receipt: push?.receipt, amount: 70 });
  expect(key[1]).toMatchObject({ amount: -1000 });
});

test.each([
  {},
  { kind: "missing" },
  { kind: "missing", receipt: "A", rate: 0.5 },
  { kind: "gone", receipt: "A" },
  { kind: "amount", receipt: "A", by: 0 },
  { kind: "missing", rate: 2 },
  [],
])("%j is refused and plants nothing", async (fault) => {
  const world = createStatementWorld();
  expect((await plant(world, fault)).status).toBe(400);
  expect((await world.control("GET", "statement/faults")).body).toMatchObject({ data: [] });
});

test("at most a thousand rules fit", async () => {
  const world = createStatementWorld();
  const hundred = Array.from({ length: 100 }, () => ({ kind: "missing", receipt: "A" }));
  for (let count = 0; count < 10; count += 1) expect((await plant(world, hundred)).status).toBe(201);
  expect((await plant(world, hundred)).status).toBe(409);
});
