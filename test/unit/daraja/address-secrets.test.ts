/** What callback addresses are signed with as their secret rotates, and other words of the wire at their bounds. */
import { describe, expect, test } from "vitest";
import { readQueryAnswer, readSubmitAnswer } from "../../../functions/daraja/answers.ts";
import { addressSecrets, CALLBACK_KINDS, checkCallbackUrl } from "../../../functions/daraja/callback-url.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { CODE_LENGTH, strange } from "../../../functions/daraja/gateway-answer.ts";
import { secret } from "./client-rig.ts";

describe("an address", () => {
  const signing = {
    current: "the-secret-in-force-now",
    previous: "the-secret-before-it",
    lasting: "the-first-secret-ever",
    next: "the-secret-that-comes-next",
  };
  const forGood = ["c2b-validation", "c2b-confirmation"];

  test("that M-PESA keeps for good is signed with the secret that lasts, every other with the one in force", () => {
    for (const kind of CALLBACK_KINDS) {
      const { signsWith } = addressSecrets(kind, signing);
      expect(signsWith).toBe(forGood.includes(kind) ? signing.lasting : signing.current);
      expect(addressSecrets(kind, { current: signing.current }).signsWith).toBe(signing.current);
    }
  });

  test("is honoured under what it is signed with now, was before and will be next", () => {
    const now = [signing.current, signing.next, signing.previous];
    for (const kind of CALLBACK_KINDS)
      expect(addressSecrets(kind, signing).honoured).toEqual(
        forGood.includes(kind) ? [signing.lasting, ...now] : [signing.current, ...now],
      );
  });

  test("may have 255 characters", () => {
    const of = (length: number) => "https://duka.co.ke/".padEnd(length, "a");
    expect([255, 256].map((length) => checkCallbackUrl(of(length), "production").ok)).toEqual([true, false]);
  });
});

test("a query's answer that names no push is about the one that was asked about", () => {
  const body = (changes: object) => JSON.stringify({ ResponseCode: "0", ResultCode: "0", ...changes });
  const read = (changes: object) => readQueryAnswer({ status: 200, body: body(changes) }, "ws_CO_1");
  for (const changes of [{}, { CheckoutRequestID: null }, { CheckoutRequestID: "" }, { CheckoutRequestID: "ws_CO_1" }])
    expect(read(changes)).toMatchObject({ answer: { answer: "paid" } });
  for (const CheckoutRequestID of ["ws_CO_2", 7, {}, " "])
    expect(read({ CheckoutRequestID })).toMatchObject({ answer: { answer: "no_answer" } });
});

test("an error code that is longer than any code is cut in the alarm, and an error without words has some all the same", () => {
  const body = JSON.stringify({ errorCode: "9".repeat(80) });
  expect(readSubmitAnswer({ status: 400, body })).toMatchObject({ unlistedCode: "9".repeat(CODE_LENGTH) });
  for (const message of ["", " ", "[STK_CB - ]"])
    expect(strange(503, { code: null, message })).toBe("HTTP 503 without a known answer");
});

test("a shortcode is one with blanks around it too", () => {
  expect(Credentials.parse({ ...secret, shortcode: " 600992\n" }).shortcode).toBe("600992");
});
