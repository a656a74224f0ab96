/**
 * Each payer number whose behaviour is fixed ends as it must for the money to be right: whatever the network does in
 * between, the ledger and M-PESA's own books agree.
 */
import { describe, expect, test } from "vitest";
import { ended, exceptionsOf, payer, pushOf, read, reference, startInTurn, truthOf, until } from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

const LONG = 60_000;

const play = async (nn: string, amount = 10): Promise<{ started: PaymentBody; order: string }> => {
  const order = reference();
  const { status, body } = await startInTurn({ phone: payer(nn), amount, reference: order });
  expect(status).toBe(201);
  return { started: body, order };
};

describe.concurrent("a payer who pays", () => {
  const paying: readonly (readonly [string, string])[] = [
    ["00", "and all goes well"],
    ["08", "and the callback comes twice"],
    ["09", "and the callback overtakes the submit's answer"],
    ["10", "and the submit's answer is lost"],
    ["13", "although the submit was answered with a 503 page"],
    ["14", "after a spike arrest on the first submit"],
    ["15", "although the token died before the submit"],
    ["16", "and the callback has odd shapes"],
  ];
  test.each(paying)("%s pays %s: succeeded, with the receipt that M-PESA holds", async (nn) => {
    const { started, order } = await play(nn);
    const payment = await until(
      () => read(started.id),
      ({ receipt }) => receipt !== null,
      LONG,
    );
    const truth = await truthOf(order);
    expect(truth).toHaveLength(1);
    expect(truth[0]).toMatchObject({ state: "paid", amount: 10, receipt: payment.receipt });
    expect(payment).toMatchObject({ status: "succeeded", stage: null, amount: 10, failure: null });
    // One of 16's callbacks claims success without naming an amount: kept, asked about, shown, and not what paid it.
    expect(await exceptionsOf(started.id)).toEqual(nn === "16" ? ["unreadable_callback"] : []);
  });

  test("07 pays and no callback ever comes: Daraja is asked, and the paybill's confirmation has the receipt", async () => {
    const { started, order } = await play("07");
    const payment = await until(
      () => read(started.id),
      ({ receipt }) => receipt !== null,
      LONG,
    );
    expect(payment).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
    expect(await exceptionsOf(started.id)).toEqual([]);
  });

  test(
    "11 pays and the callback is 90 s late: it succeeded long before, and the receipt is filled in",
    { timeout: 180_000 },
    async () => {
      const { started, order } = await play("11");
      const settled = await ended(started.id, LONG);
      expect(settled).toMatchObject({ status: "succeeded" });
      const payment = await until(
        () => read(started.id),
        ({ receipt }) => receipt !== null,
        150_000,
      );
      expect(payment.receipt).toBe((await pushOf(order)).receipt);
      expect(await exceptionsOf(started.id)).toEqual([]);
    },
  );

  test("17 is called unreachable and pays after all: a late success, shown to a person", async () => {
    const { started, order } = await play("17");
    const failed = await until(
      () => read(started.id),
      ({ status }) => status === "failed",
      LONG,
    );
    expect(failed.failure?.code).toBe("customer_unreachable");
    const payment = await until(
      () => read(started.id),
      ({ status }) => status === "succeeded",
      LONG,
    );
    expect(payment.receipt).toBe((await pushOf(order)).receipt);
    expect(await exceptionsOf(started.id)).toEqual(["late_success"]);
  });
});

describe.concurrent("a payer who does not pay", () => {
  const failing: readonly (readonly [string, string])[] = [
    ["01", "insufficient_funds"],
    ["02", "cancelled_by_customer"],
    ["03", "customer_unreachable"],
    ["04", "wrong_pin"],
    ["05", "prompt_expired"],
    ["06", "customer_busy"],
  ];
  test.each(failing)("%s ends as failed with the code %s and words for the payer", async (nn, code) => {
    const { started, order } = await play(nn);
    const payment = await ended(started.id, LONG);
    expect(payment).toMatchObject({ status: "failed", receipt: null });
    expect(payment.failure?.code).toBe(code);
    expect(payment.failure?.customer_message.en).toMatch(/\w/);
    expect(payment.failure?.customer_message.sw).toMatch(/\w/);
    expect((await truthOf(order)).filter(({ state }) => state === "paid")).toEqual([]);
  });
});

test("12: a callback that names another amount credits nothing; the confirmation with the right one does", async () => {
  const { started, order } = await play("12");
  await until(
    () => exceptionsOf(started.id),
    (kinds) => kinds.includes("amount_mismatch"),
    LONG,
  );
  const payment = await until(
    () => read(started.id),
    ({ status }) => status === "succeeded",
    LONG,
  );
  const truth = await pushOf(order);
  expect(payment).toMatchObject({ amount: truth.amount, receipt: truth.receipt });
});
