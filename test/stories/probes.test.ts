/** The seven ways in which gateways lose or double money, each tried on this one. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  answerPhone,
  callbackBody,
  ended,
  exceptionsOf,
  fault,
  inventedReceipt,
  newPhone,
  pushOf,
  read,
  reference,
  sendCallback,
  start,
  truthOf,
  until,
} from "./storefront.ts";

describe.concurrent("the seven probes", () => {
  test("20 parallel requests with one Idempotency-Key make one prompt and 20 answers that name one payment", async () => {
    const wish = { phone: newPhone(), reference: reference(), key: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(wish)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await pushOf(wish.reference);
    await answerPhone(wish.phone, "pay");
    await ended(answers[0]!.body.id);
    expect(await truthOf(wish.reference)).toHaveLength(1);
    expect(answers.filter(({ headers }) => headers.get("idempotent-replayed") === "true").length).toBe(19);
  });

  test("a callback for 1 shilling does not complete a request for 10", async () => {
    const phone = newPhone();
    const order = reference();
    const { body } = await start({ phone, amount: 10, reference: order });
    const push = await pushOf(order);
    expect(await sendCallback(push.callback_url, callbackBody(push, { amount: 1 }))).toBe(200);
    expect(await read(body.id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(body.id)).toEqual(["amount_mismatch"]);
  });

  test("a forged callback is refused when its token is wrong, and not believed when its address is", async () => {
    const phone = newPhone();
    const order = reference();
    const { body } = await start({ phone, amount: 10, reference: order });
    const push = await pushOf(order);
    const forgedToken = push.callback_url.replace(/[^/]+$/, "0".repeat(26));
    expect(await sendCallback(forgedToken, callbackBody(push))).toBe(404);
    expect(await sendCallback(push.callback_url, callbackBody(push), "127.0.0.2")).toBe(200);
    expect(await read(body.id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(body.id)).toEqual(["unverified_source"]);
    await answerPhone(phone, "pay");
    expect(await ended(body.id)).toMatchObject({ status: "succeeded" });
  });

  test("one receipt never sits on two payments", async () => {
    const receipt = inventedReceipt();
    const [first, second] = [
      { phone: newPhone(), reference: reference() },
      { phone: newPhone(), reference: reference() },
    ];
    const one = (await start(first)).body;
    const other = (await start(second)).body;
    const firstPush = await pushOf(first.reference);
    const secondPush = await pushOf(second.reference);
    expect(await sendCallback(firstPush.callback_url, callbackBody(firstPush, { receipt }))).toBe(200);
    expect(await sendCallback(secondPush.callback_url, callbackBody(secondPush, { receipt }))).toBe(200);
    expect(await read(one.id)).toMatchObject({ status: "succeeded", receipt });
    expect(await read(other.id)).toMatchObject({ status: "pending", receipt: null });
    expect(await exceptionsOf(other.id)).toEqual(["duplicate_receipt"]);
  });

  test("success after a timeout code is believed, and shown to a person", async () => {
    const phone = newPhone();
    const order = reference();
    const { body } = await start({ phone, reference: order });
    const push = await pushOf(order);
    await sendCallback(push.callback_url, callbackBody(push, { resultCode: 1037 }));
    expect(await read(body.id)).toMatchObject({ status: "failed" });
    await answerPhone(phone, "pay");
    const payment = await until(
      () => read(body.id),
      ({ status }) => status === "succeeded",
    );
    expect(payment.receipt).toBe((await pushOf(order)).receipt);
    expect(await exceptionsOf(body.id)).toEqual(["late_success"]);
  });

  test("a callback that comes before the submit's answer is applied", async () => {
    const phone = newPhone();
    const order = reference();
    await fault(phone, { when: "after_execution", delay_answer_ms: 4_000 });
    const starting = start({ phone, reference: order });
    const push = await pushOf(order);
    await answerPhone(phone, "pay");
    const { body } = await starting;
    const payment = await until(
      () => read(body.id),
      ({ status }) => status === "succeeded",
    );
    expect(payment.receipt).toBe((await pushOf(push.reference)).receipt);
    expect(await exceptionsOf(body.id)).toEqual([]);
  });

  test("an answer that is lost after 30 s while the customer pays ends succeeded", { timeout: 90_000 }, async () => {
    const phone = newPhone();
    const order = reference();
    await fault(phone, { when: "after_execution", delay_answer_ms: 30_000 });
    const starting = start({ phone, reference: order });
    await pushOf(order);
    const { status, body } = await starting;
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: "pending", stage: "confirming" });
    await answerPhone(phone, "pay");
    const payment = await ended(body.id);
    expect(payment).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
    expect(await truthOf(order)).toHaveLength(1);
  });
});
