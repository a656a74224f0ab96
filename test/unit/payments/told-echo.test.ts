/** Money that M-PESA tells of under one receipt and has told of under another: a person has to look. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { LIMITS, NOW } from "../store/database.ts";
import { accepted, freshReceipt, intent, paid } from "../store/samples.ts";
import { startDesk, toldOf } from "./told-desk.ts";
import type { told, ToldDesk } from "./told-desk.ts";

let desk: ToldDesk;
let made = 0;
/** A reference that no other test has used. */
const newReference = (): string => `INV-${(made += 1)}`;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => {
  desk.counted.length = 0;
});
afterAll(() => desk.close());

/** Money of an order, opened by somebody to whom no index showed the order's own payment. */
const unseen = async () => {
  const asked = intent({ reference: newReference() });
  const heard = { ...toldOf(asked, freshReceipt()), paidAt: NOW + 12_000 };
  const { paymentId, told: outcome } = await desk.tell(heard);
  expect(outcome).toBe("opened");
  await desk.ledger.open(asked, LIMITS);
  await desk.ledger.record(asked.id, accepted(asked));
  return { asked, heard, paymentId };
};

describe("money that is there already under another receipt", () => {
  const tellAgain = async (after: number, overrides: Partial<Parameters<typeof told>[0]> = {}) => {
    const asked = await desk.ask({ reference: newReference() });
    await desk.record(asked.id, paid(asked, freshReceipt()));
    const heard = { ...toldOf(asked, freshReceipt()), paidAt: NOW + 12_000 + after, ...overrides };
    const { paymentId, told: outcome } = await desk.tell(heard);
    expect(outcome).toBe("opened");
    return desk.exceptionsOf(paymentId);
  };

  test("of the same moment, order and payer is put before a person", async () => {
    expect(await tellAgain(0)).toEqual(["ambiguous"]);
    expect(await tellAgain(59_000)).toEqual(["ambiguous"]);
  });

  test("is put before a person where its time may be meant in two ways, of which one is that moment", async () => {
    const [moment, later] = [NOW + 12_000, NOW + 12_000 + 3 * 3_600_000];
    expect(await tellAgain(0, { paidAt: null, mayBePaidAt: [moment, later] })).toEqual(["ambiguous"]);
    expect(await tellAgain(0, { paidAt: null, mayBePaidAt: [moment + 120_000, later] })).toEqual([]);
  });

  test("of another moment, order, payer or amount is what it says", async () => {
    expect(await tellAgain(61_000)).toEqual([]);
    expect(await tellAgain(0, { reference: newReference() })).toEqual([]);
    expect(await tellAgain(0, { payer: { phone: readPayerPhone("254799999999"), name: null } })).toEqual([]);
    expect(await tellAgain(0, { amount: shillings(77) })).toEqual([]);
  });

  test("and that could not be seen yet is put before a person, once, when the receipt is told again", async () => {
    const { asked, heard, paymentId } = await unseen();
    await desk.record(asked.id, paid(asked, freshReceipt()));
    expect(await desk.exceptionsOf(paymentId)).toEqual([]);
    for (const source of ["pull", "statement", "pull"] as const)
      expect(await desk.tell({ ...heard, source })).toMatchObject({ told: "known" });
    expect(await desk.exceptionsOf(paymentId)).toEqual(["ambiguous"]);
    expect(desk.counted.filter((metric) => metric === "ExceptionOpened")).toHaveLength(1);
  });

  test("on a till takes the very number", async () => {
    expect(await tellAgain(0, { reference: "" })).toEqual([]);
  });
});
