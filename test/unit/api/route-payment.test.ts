/** Whose a payment from the menu is: who may say so, what moves, and what stays in its history. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { C2B_ROUTES } from "../../../functions/api/contract-c2b.ts";
import type { Call } from "../../../functions/api/endpoint.ts";
import { routePayment } from "../../../functions/api/route-payment.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import type { RoutedStorefront } from "../../../functions/domain/routing.ts";
import { NOW } from "../store/database.ts";
import { openedRefund, refundIntent } from "../store/refund-samples.ts";
import { freshPhone, freshReceipt } from "../store/samples.ts";
import { startDesk, STOREFRONTS, told } from "../payments/told-desk.ts";
import type { ToldDesk } from "../payments/told-desk.ts";

let desk: ToldDesk;
beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => {
  desk.state.interfere = () => null;
  desk.time.now = NOW;
});
afterAll(() => desk.close());

const ELSEWHERE: RoutedStorefront = { id: "far", shortcode: "600000", references: [], isDefault: false };

const send = async (id: string, body: { reference: string; storefront?: string }, storefront = "storefront") => {
  const call = {
    caller: { kind: "key", keyId: `key_of_${storefront}`, storefront, scopes: ["reconciliation:write"] },
    ...{
      params: { id },
      query: {},
      body,
      idempotencyKey: null,
      requestId: "req-1",
      accept: "",
      remainingMs: () => 9_000,
    },
  } as unknown as Call<typeof C2B_ROUTES.routePayment>;
  const storefronts = () => Promise.resolve([...STOREFRONTS, ELSEWHERE]);
  const { ledger, log, deps } = desk;
  const reply = await routePayment({ ledger, told: desk.told, storefronts, clock: deps.clock, log })(call);
  if (reply.reply === "problem") return { problem: reply.code };
  return reply.reply === "resource" ? (reply.body as Record<string, unknown>) : {};
};

const unmatched = async (reference = "typo") => {
  const payer = { phone: readPayerPhone(freshPhone()), name: "JANE" };
  return (await desk.tell(told({ receipt: freshReceipt(), reference, payer }))).paymentId;
};

const listed = async (storefront: string, filters: object): Promise<readonly string[]> => {
  const page = await desk.ledger.list({ storefront, filters, limit: 100, cursor: null });
  return page.payments.map(({ id }) => id);
};

describe("routing a payment from the menu", () => {
  test("gives it a reference, takes it out of the queue, and says so in its history", async () => {
    const id = await unmatched("0712 345 678");
    expect(await listed("storefront", { routing: "unmatched" })).toContain(id);
    const answer = await send(id, { reference: "INV-500" });
    expect(answer).toMatchObject({ id, routing: "matched", reference: "INV-500", status: "succeeded" });
    expect(await listed("storefront", { routing: "unmatched" })).not.toContain(id);
    expect(await listed("storefront", { reference: "inv-500" })).toContain(id);
    const entry = (await desk.read(id)).history.at(-1);
    expect(entry).toMatchObject({ finding: "routed", by: "key:key_of_storefront", facts: { reference: "INV-500" } });
    expect(JSON.stringify(entry)).not.toContain("345 678");
  });

  test("twice with the same words writes once, with other words again", async () => {
    const id = await unmatched();
    await send(id, { reference: "INV-501" });
    const { version } = await desk.read(id);
    expect(await send(id, { reference: "INV-501" })).toMatchObject({ reference: "INV-501" });
    expect((await desk.read(id)).version).toBe(version);
    expect(await send(id, { reference: "INV-502" })).toMatchObject({ reference: "INV-502" });
    expect((await desk.read(id)).version).toBe(version + 1);
  });

  test("to another storefront is the shortcode's owner's to do, and moves every key", async () => {
    const id = await unmatched();
    const wish = { reference: "BK-1", storefront: "books" };
    expect(await send(id, wish)).toMatchObject({ routing: "matched", reference: "BK-1" });
    expect(await desk.read(id)).toMatchObject({ storefront: "books" });
    expect(await listed("storefront", {})).not.toContain(id);
    expect(await listed("books", {})).toContain(id);
    expect(await listed("books", { reference: "BK-1" })).toContain(id);
    expect(await send(id, wish)).toMatchObject({ routing: "matched" });
    expect(await send(id, { reference: "other" })).toEqual({ problem: "not_found" });
    expect(await send(id, { reference: "BK-1", storefront: "storefront" }, "books")).toEqual({
      problem: "invalid_request",
    });
  });

  test("to another storefront is answered again for five minutes, and then no more", async () => {
    const id = await unmatched();
    const wish = { reference: "BK-2", storefront: "books" };
    const first = await send(id, wish);
    desk.time.now = NOW + 5 * 60_000;
    expect(await send(id, wish)).toEqual(first);
    desk.time.now += 1;
    expect(await send(id, wish)).toEqual({ problem: "not_found" });
    expect(await send(id, wish, "books")).toMatchObject({ reference: "BK-2" });
  });

  test("to another storefront is not answered again once something has happened to it there", async () => {
    const id = await unmatched();
    const wish = { reference: "BK-3", storefront: "books" };
    await send(id, wish);
    await openedRefund(desk, refundIntent(await desk.read(id)));
    expect(await send(id, wish)).toEqual({ problem: "not_found" });
  });

  test("is not for strangers, for storefronts that are not there, or for what was asked for", async () => {
    const id = await unmatched();
    expect(await send(id, { reference: "mine" }, "books")).toEqual({ problem: "not_found" });
    for (const storefront of ["nobody", "far"])
      expect(await send(id, { reference: "theirs", storefront })).toEqual({ problem: "invalid_request" });
    expect(await send("pay_nothing", { reference: "INV-1" })).toEqual({ problem: "not_found" });
    const asked = await desk.ask();
    expect(await send(asked.id, { reference: "INV-1" })).toEqual({ problem: "not_routable" });
    expect((await desk.read(id)).history).toHaveLength(1);
  });

  test("of one that changes at the same moment is written over what is there then", async () => {
    const id = await unmatched();
    let raced = false;
    desk.state.interfere = async (command) => {
      if (command !== "UpdateItem" || raced) return null;
      raced = true;
      await send(id, { reference: "INV-OTHER" });
      return null;
    };
    expect(await send(id, { reference: "INV-503" })).toMatchObject({ reference: "INV-503" });
    expect((await desk.read(id)).history.map(({ finding }) => finding)).toEqual(["paid", "routed", "routed"]);
  });
});
