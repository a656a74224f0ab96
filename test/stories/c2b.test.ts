/** Payments that customers make from the phone's menu: found under whose name they are, each once, whoever tells first. */
import { afterAll, describe, expect, inject, test } from "vitest";
import {
  call,
  ended,
  exceptionsOf,
  KEYS,
  newPhone,
  payer,
  reference,
  start,
  startInTurn,
  until,
} from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

const SHORTCODE = "174379";
const NEIGHBOUR = "sk_test_neighbour";

interface MenuBody extends PaymentBody {
  readonly source: string;
  readonly routing: string;
  readonly payer_name: string | null;
  readonly merged_into: string | null;
}

const direct = async <T>(path: string, body: unknown): Promise<T> => {
  const response = await fetch(`${inject("simulatorUrl")}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

const FORMS = ["by_version", "masked_spaces", "masked_stars", "sha256", "mixed", "plain"] as const;
const writePhones = (form: (typeof FORMS)[number]): Promise<unknown> =>
  direct("/simulator/switches", { c2b_msisdn: form });
afterAll(() => writePhones("by_version"));

/** A customer pays from the phone's menu. */
const pay = (order: { reference: string; amount: number; msisdn?: string }): Promise<unknown> =>
  direct("/simulator/c2b", { shortcode: SHORTCODE, msisdn: newPhone(), ...order });

const listed = async (query: string, key: string = KEYS.storefront): Promise<readonly MenuBody[]> =>
  (await call<{ data: MenuBody[] }>("GET", `/v1/payments?limit=100&${query}`, { key })).body.data;

const found = async (order: string, key: string = KEYS.storefront): Promise<MenuBody> => {
  const [payment] = await until(
    () => listed(`reference=${encodeURIComponent(order)}`, key),
    (payments) => payments.length > 0,
  );
  return payment!;
};

const sourcesOf = async (id: string): Promise<readonly string[]> => {
  const { body } = await call<{ data: { source: string }[]; kept: { source: string }[] }>(
    "GET",
    `/v1/transactions/${id}/history`,
    { key: KEYS.finance },
  );
  return [...body.data, ...body.kept].map(({ source }) => source);
};

describe("a payment from the menu", () => {
  test.each(FORMS)("is on the ledger once, whatever M-PESA makes of its payer's number: %s", async (form) => {
    await writePhones(form);
    const order = reference();
    const msisdn = newPhone();
    await pay({ reference: order, amount: 40, msisdn });
    const payment = await found(order);
    expect(payment).toMatchObject({ source: "paybill", routing: "unmatched", status: "succeeded", amount: 40 });
    expect(payment.receipt).toMatch(/^[A-Z0-9]{10}$/);
    expect(payment.payer_name).not.toBeNull();
    expect(JSON.stringify(payment)).not.toContain(msisdn);
    expect(await listed(`receipt=${payment.receipt}`)).toHaveLength(1);
    if (form === "plain") expect(await listed(`phone=${msisdn}`)).toMatchObject([{ id: payment.id }]);
  });

  test("goes by its reference to the storefront it names, and nobody else sees it", async () => {
    const order = `next ${reference()}`.slice(0, 20);
    await pay({ reference: order, amount: 41 });
    const payment = await found(order, NEIGHBOUR);
    expect(payment).toMatchObject({ routing: "matched", reference: order });
    expect((await call("GET", `/v1/payments/${payment.id}`)).status).toBe(404);
    expect(await listed(`reference=${encodeURIComponent(order)}`)).toEqual([]);
  });

  test("that nothing names waits in the queue of the unmatched until somebody says whose it is", async () => {
    const typed = `shoes ${reference()}`.slice(0, 20);
    await pay({ reference: typed, amount: 42 });
    const { id } = await found(typed);
    const queue = async () => (await listed("routing=unmatched")).map((payment) => payment.id);
    expect(await queue()).toContain(id);
    const route = (body: unknown, key: string = KEYS.finance) =>
      call<MenuBody & { code?: string }>("POST", `/v1/payments/${id}/route`, { key, body });
    expect((await route({ reference: "X" }, KEYS.storefront)).status).toBe(403);
    const order = reference();
    const first = await route({ reference: order });
    expect(first).toMatchObject({ status: 200, body: { routing: "matched", reference: order } });
    expect((await route({ reference: order })).body).toEqual(first.body);
    await until(queue, (ids) => !ids.includes(id));
    expect((await route({ reference: order, storefront: "nobody-here" })).status).toBe(400);
    expect((await route({ reference: order, storefront: "neighbour" })).status).toBe(200);
    expect((await call("GET", `/v1/payments/${id}`)).status).toBe(404);
    expect((await call("GET", `/v1/payments/${id}`, { key: NEIGHBOUR })).body).toMatchObject({ reference: order });
  });

  test("under a reference that is being asked for is that payment, not another", async () => {
    const [order, phone] = [reference(), newPhone()];
    const { body } = await start({ phone, amount: 43, reference: order });
    await pay({ reference: order.toLowerCase(), amount: 43, msisdn: phone });
    const payment = await ended(body.id);
    expect(payment).toMatchObject({ status: "succeeded" });
    expect(await listed(`reference=${order}`)).toHaveLength(1);
    expect(await sourcesOf(body.id)).toContain("c2b");
  });
});

describe("a push whose confirmation comes first", () => {
  test("is one payment with one receipt, and nobody is called to look", async () => {
    const order = reference();
    const { body } = await startInTurn({ phone: payer("18"), amount: 44, reference: order });
    const payment = await ended(body.id);
    expect(payment).toMatchObject({ status: "succeeded", source: "stk", routing: "requested", merged_into: null });
    const heard = await until(
      () => sourcesOf(body.id),
      (sources) => sources.includes("c2b") && sources.includes("callback"),
    );
    expect(heard.indexOf("c2b")).toBeLessThan(heard.indexOf("callback"));
    expect(await listed(`reference=${order}`)).toHaveLength(1);
    expect(await listed(`receipt=${payment.receipt}`)).toEqual([expect.objectContaining({ id: body.id })]);
    expect(await exceptionsOf(body.id)).toEqual([]);
  });
});
