import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  checkoutSessionId,
  deliveryId,
  encode32,
  eventId,
  exceptionId,
  ID_ALPHABET,
  isBatchId,
  isCheckoutSessionId,
  isDeliveryId,
  isExceptionId,
  isPaymentId,
  isPayoutId,
  isRefundId,
  isStatementId,
  isTransactionId,
  isWebhookEndpointId,
  randomId,
  transactionId,
} from "../../../functions/domain/ids.ts";

const name = { storefront: "sf_1", operation: "startPayment", key: "order-1001" };

describe("a transaction's id", () => {
  it("follows from who asked, for what and under which key", () => {
    const text = "3:pay4:sf_112:startPayment10:order-1001";
    const expected = encode32(createHash("sha256").update(text).digest()).slice(0, 26);
    expect(transactionId("pay", name)).toBe(`pay_${expected}`);
  });

  it("changes with every part, and not with how the parts are cut", () => {
    const ids = [
      transactionId("pay", name),
      transactionId("pyo", name),
      transactionId("pay", { ...name, storefront: "sf_2" }),
      transactionId("pay", { ...name, operation: "refund" }),
      transactionId("pay", { ...name, key: "order-1002" }),
      transactionId("pay", { ...name, storefront: "sf_1s", operation: "tartPayment" }),
      transactionId("pay", { ...name, operation: "startPaymento", key: "rder-1001" }),
    ];
    expect(new Set(ids.map((id) => id.slice(4))).size).toBe(ids.length);
  });

  it("is recognised by its form", () => {
    expect(isPaymentId(transactionId("pay", name))).toBe(true);
    for (const text of ["", "pay_", "pyo_" + "0".repeat(26), "pay_" + "0".repeat(25), "pay_" + "0".repeat(27)])
      expect(isPaymentId(text)).toBe(false);
    for (const missing of ["e", "l", "m", "o", "A", "-", "\n"])
      expect(isPaymentId(`pay_${"0".repeat(25)}${missing}`)).toBe(false);
    expect(isPaymentId(`pay_${"0".repeat(26)}\n`)).toBe(false);
  });
});

describe("the alphabet", () => {
  it("has 32 characters, none of them twice", () => expect(new Set(ID_ALPHABET).size).toBe(32));

  it("misses a letter of every word that Daraja refuses in a callback URL", () => {
    for (const word of ["mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query"])
      expect(Array.from(word).every((letter) => ID_ALPHABET.includes(letter))).toBe(false);
  });

  it("writes five bits a character, most significant first", () => {
    expect(encode32(new Uint8Array([]))).toBe("");
    expect(encode32(new Uint8Array([0xff]))).toBe("zw");
    expect(encode32(new Uint8Array([0x00, 0x44, 0x32, 0x14, 0xc7]))).toBe("01234567");
    expect(encode32(new Uint8Array(10).fill(0xff))).toBe("z".repeat(16));
  });
});

it("an exception has one id for each transaction and kind", () => {
  const id = exceptionId("pay_1", "late_success");
  expect(id).toMatch(/^exc_[0-9a-z]{26}$/);
  expect(exceptionId("pay_1", "late_success")).toBe(id);
  expect(exceptionId("pay_1", "amount_mismatch")).not.toBe(id);
  expect(exceptionId("pay_2", "late_success")).not.toBe(id);
  expect(isExceptionId(id)).toBe(true);
  for (const other of [`${id}0`, id.slice(0, -1), id.replace("exc", "pay"), id.toUpperCase(), `x${id}`, ""])
    expect(isExceptionId(other), other).toBe(false);
});

it("a random id needs bytes that nobody can guess", () => {
  expect(randomId("key", new Uint8Array(16))).toBe(`key_${"0".repeat(26)}`);
  expect(() => randomId("key", new Uint8Array(15))).toThrow(RangeError);
});

describe("every kind of id is known by its form, and none is taken for another", () => {
  const BYTES = new Uint8Array(16);
  const KINDS = {
    pay: [transactionId("pay", name), isPaymentId],
    pyo: [transactionId("pyo", name), isPayoutId],
    bat: [transactionId("bat", name), isBatchId],
    rfd: [transactionId("rfd", name), isRefundId],
    exc: [exceptionId("pay_1", "late_success"), isExceptionId],
    stm: [randomId("stm", BYTES), isStatementId],
    cks: [checkoutSessionId(name), isCheckoutSessionId],
    whe: [randomId("whe", BYTES), isWebhookEndpointId],
    dlv: [deliveryId("evt_1", "whe_1"), isDeliveryId],
  } as const;

  it.each(Object.entries(KINDS))("%s", (prefix, [id, isOne]) => {
    expect(id).toMatch(new RegExp(`^${prefix}_[${ID_ALPHABET}]{26}$`));
    const taken = Object.entries(KINDS).filter(([, [other]]) => isOne(other));
    expect(taken.map(([kind]) => kind)).toEqual([prefix]);
    for (const other of [`${id}0`, id.slice(0, -1), `x${id}`, `${id}\n`]) expect(isOne(other), other).toBe(false);
  });

  it("and four of them move money", () => {
    const moving = Object.entries(KINDS).filter(([, [id]]) => isTransactionId(id));
    expect(moving.map(([kind]) => kind)).toEqual(["pay", "pyo", "bat", "rfd"]);
    for (const text of ["", `x${KINDS.pay[0]}`, `${KINDS.pay[0]}0`]) expect(isTransactionId(text)).toBe(false);
  });

  it("and what is derived changes with everything that it is derived from", () => {
    const ids = [
      eventId("pay_1", 1),
      eventId("pay_1", 2),
      eventId("pay_2", 1),
      deliveryId("evt_1", "whe_1"),
      deliveryId("evt_2", "whe_1"),
      deliveryId("evt_1", "whe_2"),
      checkoutSessionId(name),
      checkoutSessionId({ ...name, storefront: "sf_2" }),
      checkoutSessionId({ ...name, key: "order-1002" }),
    ];
    expect(new Set(ids.map((id) => id.slice(4))).size).toBe(ids.length);
  });
});
