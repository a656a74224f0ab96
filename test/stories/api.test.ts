/** What a storefront's engineer and finance read: lists, histories, audit, verify, and the API's own description. */
import { describe, expect, test } from "vitest";
import {
  KEYS,
  answerPhone,
  call,
  ended,
  newPhone,
  payer,
  pushOf,
  read,
  reference,
  start,
  until,
} from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

interface List<T> {
  readonly object: "list";
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

interface Told {
  readonly finding: string;
  readonly source: string;
  readonly evidence: unknown;
}

interface Timeline {
  readonly transaction: PaymentBody;
  readonly chain: { readonly intact: boolean; readonly head: string };
  readonly data: readonly (Told & {
    readonly status: string | null;
    readonly facts: Readonly<Record<string, unknown>>;
  })[];
  readonly kept: readonly Told[];
}

const paid = async (): Promise<{ payment: PaymentBody; phone: string; order: string; checkoutId: string }> => {
  const phone = newPhone();
  const order = reference();
  const { body } = await start({ phone, amount: 25, reference: order });
  const push = await pushOf(order);
  await answerPhone(phone, "pay");
  const payment = await until(
    () => read(body.id),
    ({ receipt }) => receipt !== null,
  );
  return { payment, phone, order, checkoutId: push.checkout_request_id };
};

const audit = async (q: string): Promise<readonly Timeline[]> =>
  (await call<List<Timeline>>("GET", `/v1/audit?q=${encodeURIComponent(q)}`, { key: KEYS.finance })).body.data;

describe.concurrent("a payment's whole life", () => {
  test("is found by id, receipt, phone in any spelling, reference and CheckoutRequestID, and its chain is intact", async () => {
    const { payment, phone, order, checkoutId } = await paid();
    for (const q of [payment.id, payment.receipt!, phone, `0${phone.slice(3)}`, `+${phone}`, order, checkoutId]) {
      const found = await until(
        () => audit(q),
        (timelines) => timelines.length > 0,
      );
      expect(
        found.map(({ transaction }) => transaction.id),
        q,
      ).toEqual([payment.id]);
      expect(found[0]!.chain.intact).toBe(true);
      expect(found[0]!.data.map(({ finding }) => finding)).toEqual(["created", "accepted", "paid"]);
    }
  });

  test("shows the callback that paid it, without the phone number that the callback spells", async () => {
    const { payment, phone } = await paid();
    // Another story's pull may have told of it first: then the callback is kept beside what is known.
    const { body } = await until(
      () => call<Timeline>("GET", `/v1/transactions/${payment.id}/history`, { key: KEYS.finance }),
      (seen) => JSON.stringify(seen.body).includes("MpesaReceiptNumber"),
    );
    const text = JSON.stringify(body);
    expect(text).toContain(payment.receipt);
    expect(text).not.toContain(phone);
    expect(text).not.toContain(phone.slice(3));
    expect([...body.data, ...body.kept]).toContainEqual(
      expect.objectContaining({ finding: "paid", source: "callback" }),
    );
    expect(body.data.at(-1)).toMatchObject({ finding: "paid", status: "succeeded" });
  });

  test("is nobody's who lacks audit:read", async () => {
    const { payment } = await paid();
    expect((await call("GET", `/v1/transactions/${payment.id}/history`)).status).toBe(403);
  });

  test("an audit question that matches nothing answers an empty list", async () => {
    expect(await audit("no-such-thing")).toEqual([]);
    expect(await audit("ZZZZZZZZZZ")).toEqual([]);
  });
});

describe.concurrent("a listing", () => {
  const list = async (query: string): Promise<List<PaymentBody>> =>
    (await call<List<PaymentBody>>("GET", `/v1/payments?${query}`)).body;

  test("filters by reference, receipt, phone and status", async () => {
    const { payment, phone, order } = await paid();
    const queries = [
      `reference=${order}`,
      `receipt=${payment.receipt ?? ""}`,
      `phone=0${phone.slice(3)}`,
      `reference=${order}&status=succeeded`,
      `phone=${phone}&created_from=${encodeURIComponent(payment.created_at)}`,
    ];
    for (const query of queries) {
      const page = await until(
        () => list(query),
        ({ data }) => data.length > 0,
      );
      expect(
        page.data.map(({ id }) => id),
        query,
      ).toEqual([payment.id]);
    }
    expect((await list(`reference=${order}&status=failed`)).data).toEqual([]);
    expect((await list(`reference=${order}&created_to=2020-01-01T00:00:00Z`)).data).toEqual([]);
  });

  test("pages through everything once, newest first", async () => {
    const phones = Array.from({ length: 5 }, () => newPhone());
    const order = reference();
    for (const phone of phones) await start({ phone, reference: order });
    await until(
      () => list(`reference=${order}`),
      ({ data }) => data.length === 5,
    );
    const seen: PaymentBody[] = [];
    let cursor: string | null = null;
    do {
      const page: List<PaymentBody> = await list(
        `reference=${order}&limit=2${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    expect(seen).toHaveLength(5);
    const times = seen.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
  });

  test("does not show a neighbour's payments", async () => {
    const order = reference();
    await start({ phone: newPhone(), reference: order });
    const page = await call<List<PaymentBody>>("GET", `/v1/payments?reference=${order}`, { key: "sk_test_neighbour" });
    expect(page.body.data).toEqual([]);
  });
});

test("verify asks Daraja at once and settles a payment whose callback never comes", async () => {
  const phone = newPhone();
  const order = reference();
  const { body } = await start({ phone, reference: order });
  await pushOf(order);
  const early = await call<PaymentBody>("POST", `/v1/payments/${body.id}/verify`);
  expect(early.status).toBe(200);
  expect(early.body.status).toBe("pending");
  await answerPhone(phone, "pay");
  const verified = await until(
    async () => (await call<PaymentBody>("POST", `/v1/payments/${body.id}/verify`)).body,
    ({ status }) => status !== "pending",
  );
  expect(verified.status).toBe("succeeded");
});

test("a payer who cancelled may be asked again at once", async () => {
  const phone = newPhone();
  const first = await start({ phone });
  await answerPhone(phone, "cancel");
  expect(await ended(first.body.id)).toMatchObject({ status: "failed" });
  expect((await start({ phone })).status).toBe(201);
});

test("health and the OpenAPI document need no key, and the document names every route", async () => {
  expect((await call("GET", "/health", { key: null })).body).toEqual({ status: "ok" });
  const document = await call<{ openapi: string; paths: Record<string, unknown> }>("GET", "/v1/openapi.json", {
    key: null,
  });
  expect(document.body.openapi).toBe("3.1.0");
  expect(Object.keys(document.body.paths)).toEqual(
    expect.arrayContaining(["/v1/payments", "/v1/payments/{id}", "/v1/audit", "/health"]),
  );
});

describe("browsers", () => {
  const origin = "http://shop.example";
  test("from another origin get no CORS headers", async () => {
    const answer = await call("GET", "/health", { key: null, headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("a payer's number in every spelling is masked in what storefronts read", async () => {
  const { body } = await start({ phone: `+254 (0)${payer("99").slice(3)}` });
  expect(body.phone).toBe("2547*****099");
});
