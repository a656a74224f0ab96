/** Safaricom's door: what is forged, broken, doubled or late neither credits anything nor gets lost. */
import { describe, expect, test } from "vitest";
import {
  KEYS,
  answerPhone,
  call,
  callbackBody,
  ended,
  exceptionsOf,
  gateway,
  newPhone,
  pushOf,
  read,
  reference,
  sendCallback,
  start,
  until,
} from "./storefront.ts";
import type { Truth } from "./storefront.ts";

const ringing = async (amount = 10): Promise<{ id: string; phone: string; order: string; push: Truth }> => {
  const phone = newPhone();
  const order = reference();
  const { body } = await start({ phone, amount, reference: order });
  return { id: body.id, phone, order, push: await pushOf(order) };
};

describe.concurrent("a callback address", () => {
  test("with another kind, id or token is not there, and nothing is read or written", async () => {
    const { id, push } = await ringing();
    const [, token = ""] = new RegExp(`/${id}/([^/]+)$`).exec(push.callback_url) ?? [];
    const base = `${gateway()}/callbacks/v1`;
    const other = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
    for (const path of [
      `/stk/${other}/${token}`,
      `/b2c/${id}/${token}`,
      `/stk/${id}/${token.slice(0, -1)}`,
      `/stk/${id}/${token}/x`,
      `/stk/${id}/${token.toUpperCase()}`,
    ])
      expect(await sendCallback(`${base}${path}`, callbackBody(push)), path).toBe(404);
    expect(await read(id)).toMatchObject({ status: "pending", receipt: null });
  });

  test("takes no GET", async () => {
    const { push } = await ringing();
    expect((await fetch(push.callback_url)).status).toBe(404);
  });

  test("takes no body that is larger than any callback", async () => {
    const { id, push } = await ringing();
    expect((await fetch(push.callback_url, { method: "POST", body: "x".repeat(70_000) })).status).toBe(413);
    expect(await read(id)).toMatchObject({ status: "pending" });
  });
});

describe.concurrent("a callback that can't be understood", () => {
  const shapes: readonly (readonly [string, unknown])[] = [
    ["nothing", ""],
    ["HTML", "<html><body>Request unsuccessful</body></html>"],
    ["broken JSON", `{"Body":{"stkCallback":{`],
    ["another envelope", { Envelope: { Body: { stkCallback: { ResultCode: 0 } } } }],
    ["a list", [1, 2, 3]],
    [
      "a success without an amount",
      {
        Body: {
          stkCallback: { CheckoutRequestID: "ws_CO_1", MerchantRequestID: "m", ResultCode: 0, ResultDesc: "ok" },
        },
      },
    ],
  ];
  test.each(shapes)("%s is acknowledged, kept, shown to a person, and credits nothing", async (_what, body) => {
    const { id, phone, push } = await ringing();
    expect(await sendCallback(push.callback_url, body)).toBe(200);
    expect(await read(id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(id)).toEqual(["unreadable_callback"]);
    await answerPhone(phone, "pay");
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
  });
});

describe.concurrent("evidence that disagrees with the intent", () => {
  test("another phone credits nothing", async () => {
    const { id, push } = await ringing();
    await sendCallback(push.callback_url, callbackBody(push, { phone: newPhone() }));
    expect(await read(id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(id)).toEqual(["conflicting_evidence"]);
  });

  test("another push credits nothing", async () => {
    const { id, push } = await ringing();
    await sendCallback(push.callback_url, callbackBody(push, { checkoutId: "ws_CO_21112026170000000700000000" }));
    expect(await read(id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(id)).toEqual(["conflicting_evidence"]);
  });

  test("after another amount, only evidence that names the right one settles the payment", async () => {
    const { id, phone, push, order } = await ringing(700);
    await sendCallback(push.callback_url, callbackBody(push, { amount: 1 }));
    expect(await read(id)).toMatchObject({ status: "pending", stage: "confirming" });
    await answerPhone(phone, "pay");
    expect(await ended(id)).toMatchObject({ status: "succeeded", amount: 700, receipt: (await pushOf(order)).receipt });
  });

  test("a code that no table lists ends the payment as unclassified, for a person to look at", async () => {
    const { id, push } = await ringing();
    await sendCallback(push.callback_url, callbackBody(push, { resultCode: "ZX-778" }));
    const payment = await read(id);
    expect(payment.failure?.code).toBe("unclassified");
    expect(await exceptionsOf(id)).toEqual(["unclassified_code"]);
  });
});

test("a second message about a paid payment is kept beside its history, for an auditor to read", async () => {
  const { id, push } = await ringing();
  const receipt = "UKLKEPT001";
  await sendCallback(push.callback_url, callbackBody(push, { receipt }));
  await sendCallback(push.callback_url, { ...(callbackBody(push, { receipt }) as object), again: true });
  const history = await until(
    () =>
      call<{ kept: { because: string; evidence: unknown }[] }>("GET", `/v1/transactions/${id}/history`, {
        key: KEYS.finance,
      }),
    ({ body }) => body.kept.length > 0,
  );
  expect(history.body.kept).toHaveLength(1);
  expect(JSON.stringify(history.body.kept[0]!.evidence)).toContain(receipt);
});

test("the same callback five times at once pays once and adds one entry", async () => {
  const { id, push } = await ringing();
  const body = callbackBody(push);
  const statuses = await Promise.all(Array.from({ length: 5 }, () => sendCallback(push.callback_url, body)));
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
  await until(
    () => read(id),
    ({ status }) => status === "succeeded",
  );
  const history = await call<{ data: { finding: string }[]; chain: { intact: boolean } }>(
    "GET",
    `/v1/transactions/${id}/history`,
    { key: KEYS.finance },
  );
  expect(history.body.data.filter(({ finding }) => finding === "paid")).toHaveLength(1);
  expect(history.body.chain.intact).toBe(true);
});
