/**
 * What an operation may cost, counted where its calls arrive: at the AWS door and at the simulator. In a sandbox of its
 * own, because other stories make calls too.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUDGETS, perOperation } from "../../bench/call-lines.ts";
import { countAll } from "../../bench/counts.ts";
import type { AllCounted, Counted } from "../../bench/counts.ts";
import { startRig } from "../../bench/rig.ts";
import type { Rig } from "../../bench/rig.ts";

const WARM_UP = 3;
const OPERATIONS = 10;
const SILENT = 4;

describe("a warm operation", () => {
  let rig: Rig;
  let counted: AllCounted;
  beforeAll(async () => {
    rig = await startRig();
    counted = await countAll(rig, { warmUp: WARM_UP, operations: OPERATIONS, silent: SILENT });
  });
  afterAll(() => rig.close());

  const costs = ({ operations, writes, reads, pushes, queries, tokens }: Counted) => ({
    operations,
    writes: writes / operations,
    reads: reads / operations,
    daraja: (pushes + queries) / operations,
    tokens,
  });

  test("that starts a payment makes at most four writes, no read and one call to Daraja", () => {
    const { start } = counted;
    expect(perOperation(start, "writes")).toBeLessThanOrEqual(BUDGETS.startWrites);
    expect(costs(start)).toMatchObject({ operations: OPERATIONS, reads: 0, daraja: 1, tokens: 0 });
  });

  test("that takes a callback makes one write and no read, and asks Daraja nothing", () => {
    expect(costs(counted.callback)).toEqual({ operations: OPERATIONS, writes: 1, reads: 0, daraja: 0, tokens: 0 });
  });

  test("that answers a status poll makes one read and no write", () => {
    expect(costs(counted.poll)).toEqual({ operations: OPERATIONS, writes: 0, reads: 1, daraja: 0, tokens: 0 });
  });

  test("that lets a key in makes one read and no write", () => {
    expect(costs(counted.authorise)).toMatchObject({ writes: 0, reads: 1, daraja: 0 });
  });

  test("that verifies a payment asks Daraja once", () => {
    expect(costs(counted.verify)).toMatchObject({ operations: SILENT, daraja: 1 });
  });

  test("of the sweep asks Daraja once for each payment, and a sweep without work writes nothing", () => {
    expect(costs(counted.sweep)).toMatchObject({ operations: SILENT, daraja: 1 });
    expect(costs(counted.idleSweep)).toMatchObject({ writes: 0, daraja: 0 });
  });
});
