/** What no callback told is found by asking: payments from the menu and pushes whose confirmations are lost, each once. */
import { describe, expect, inject, test } from "vitest";
import { connectControl } from "../../sandbox/control/client.ts";
import { answerPhone, call, exceptionsOf, fault, newPhone, pushOf, reference, start, until } from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

const control = connectControl(inject("controlUrl"));
const SHORTCODE = "174379";

const direct = async <T>(path: string, body: unknown): Promise<T> => {
  const response = await fetch(`${inject("simulatorUrl")}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

interface MenuPayment {
  readonly receipt: string;
}

/** A customer pays from the phone's menu, and M-PESA's confirmation is lost. */
const payUnheard = async (order: { reference: string; amount: number; msisdn: string }): Promise<void> => {
  const match = { path: "/c2b/confirmation", reference: order.reference };
  await direct("/simulator/faults", { match, times: 1, fault: { callback: { drop: true } } });
  await direct<MenuPayment>("/simulator/c2b", { shortcode: SHORTCODE, ...order });
};

/** The payments under a reference; the listing lags behind a little. */
const paymentsOf = async (order: string): Promise<readonly PaymentBody[]> =>
  (await call<{ data: PaymentBody[] }>("GET", `/v1/payments?reference=${order}`)).body.data;

const found = async (order: string): Promise<PaymentBody> => {
  const [payment] = await until(
    () => paymentsOf(order),
    (payments) => payments.length > 0,
  );
  return payment!;
};

interface Report {
  readonly ended: string;
  readonly opened: number;
  readonly pulled_until: string | null;
}

const pullNow = async (): Promise<Report> => {
  const run = await control.invoke("PullFunction", {});
  if (!run.ok) throw new Error(run.error.errorMessage);
  return run.payload as Report;
};

/** Lines that the pull has logged under a code. */
const linesOf = async (code: string): Promise<number> =>
  (await control.logs("PullFunction")).filter(({ text }) => text.includes(`"code":"${code}"`)).length;

const sourcesOf = async (id: string): Promise<readonly string[]> => {
  const path = `/v1/transactions/${id}/history`;
  const { body } = await call<{ data: { source: string }[] }>("GET", path, { key: "sk_test_finance" });
  return body.data.map(({ source }) => source);
};

describe.concurrent("a payment that no callback told", () => {
  test("from the phone's menu is found by the pull, as one payment however often it is pulled", async () => {
    const order = reference();
    await payUnheard({ reference: order, amount: 750, msisdn: newPhone() });
    const payment = await found(order);
    expect(payment).toMatchObject({ status: "succeeded", amount: 750, reference: order, source: "paybill" });
    const truth = await pushOf(order);
    expect(payment.receipt).toBe(truth.receipt);
    expect(await sourcesOf(payment.id)).toEqual(["pull"]);
    await pullNow();
    await pullNow();
    expect(await paymentsOf(order)).toHaveLength(1);
    expect(await exceptionsOf(payment.id)).toEqual([]);
  });

  test("that we had asked for is recognised, and has its receipt although every confirmation is lost", async () => {
    const phone = newPhone();
    const order = reference();
    const match = { path: "/c2b/confirmation", reference: order };
    await direct("/simulator/faults", { match, times: 1, fault: { callback: { drop: true } } });
    await fault(phone, { callback: { drop: true } });
    const { body } = await start({ phone, reference: order, amount: 40 });
    await answerPhone(phone, "pay");
    const { receipt } = await until(
      () => pushOf(order),
      (push) => push.state === "paid",
    );
    const payment = await until(
      async () => (await call<PaymentBody>("GET", `/v1/payments/${body.id}`)).body,
      (seen) => seen.receipt !== null,
    );
    expect(payment).toMatchObject({ status: "succeeded", receipt, source: "stk" });
    expect(await paymentsOf(order)).toHaveLength(1);
    expect(await sourcesOf(body.id)).toContain("pull");
    expect(await exceptionsOf(body.id)).toEqual([]);
  });
});

describe("a pull that fails", () => {
  test.each([
    ["with M-PESA too busy to tell", { busy: true }],
    ["with 200 and 1001, as a shortcode gets that M-PESA does not know", noRecords()],
  ])("%s says so, and the next run finds what it missed", async (_, what) => {
    const order = reference();
    const before = await linesOf("pull.failed");
    const rule = { match: { path: "/pulltransactions/v1/query" }, times: 3, fault: what };
    await direct("/simulator/faults", rule);
    await payUnheard({ reference: order, amount: 60, msisdn: newPhone() });
    await until(
      () => linesOf("pull.failed"),
      (lines) => lines > before,
    );
    expect(await found(order)).toMatchObject({ status: "succeeded", amount: 60 });
    const { ended, pulled_until } = await until(pullNow, (report) => report.ended === "done");
    expect(ended).toBe("done");
    expect(Date.parse(pulled_until ?? "")).toBeGreaterThan((await control.now()) - 60_000);
  });
});

function noRecords() {
  const body = { ResponseRefID: "r-1", ResponseCode: "1001", ResponseMessage: "No records found" };
  return { answer: { status: 200, body } };
}

test("the pull asks for nothing that its role does not allow", async () => {
  await pullNow();
  const name = await control.nameOf("AWS::Lambda::Function", "PullFunction");
  expect((await control.denials()).filter(({ caller }) => caller === name)).toEqual([]);
});
