import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAskAnswer, readPayoutAnswer } from "../../../functions/daraja/payout-answers.ts";

const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";
const accepted = {
  ConversationID: CONVERSATION,
  OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
  ResponseCode: "0",
  ResponseDescription: "Accept the service request successfully.",
};
const error = (errorCode: string, errorMessage: string) => ({ requestId: "1c5b-4ba8", errorCode, errorMessage });
const http = (status: number, body: unknown) => ({
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const read = (status: number, body: unknown) => readPayoutAnswer(http(status, body));
const ask = (status: number, body: unknown) => readAskAnswer(http(status, body));

const DUPLICATE = error("500.002.1001", "Duplicate OriginatorConversationID.");
const BUSY = error("500.003.02", "System is busy. Please try again in few minutes.");
const SPIKE = error("500.003.02", "Error Occurred: Spike Arrest Violation");
const DEAD = error("401.002.01", "Error Occurred - Invalid Access Token - c9SQxWWhmdVRlyh0zh8gZDTkubVF");

describe("the answer to a payout", () => {
  test("ResponseCode 0 is accepted, with M-PESA's name for it when there is one", () => {
    expect(read(200, accepted)).toEqual({
      answer: { answer: "accepted", conversationId: CONVERSATION, raw: JSON.stringify(accepted) },
      unlistedCode: null,
    });
    expect(read(200, { responsecode: 0 })).toMatchObject({ answer: { answer: "accepted", conversationId: null } });
  });

  test("a refused repeat is proof that an earlier sending went in", () => {
    expect(read(500, DUPLICATE)).toEqual({
      answer: { answer: "went_in", raw: JSON.stringify(DUPLICATE) },
      unlistedCode: null,
    });
    expect(read(500, { ...DUPLICATE, ConversationID: CONVERSATION })).toMatchObject({ answer: { answer: "went_in" } });
  });

  test("a busy system is unknown and asks to slow down", () => {
    expect(read(500, BUSY)).toMatchObject({ answer: { answer: "unknown" }, unlistedCode: null, slowDown: true });
    expect(read(500, error("500.003.1001", "Internal Server Error"))).not.toHaveProperty("slowDown");
  });

  test("spike arrest, 429 and a dead token are setbacks without the token", () => {
    expect(read(500, SPIKE)).toMatchObject({ setback: { kind: "throttled", failure: { code: "rate_limited" } } });
    expect(read(429, "<html>")).toMatchObject({ setback: { kind: "throttled" } });
    expect(read(401, DEAD)).toMatchObject({
      setback: {
        kind: "token_dead",
        failure: { code: "daraja_unavailable", resultDesc: "Error Occurred - Invalid Access Token" },
      },
    });
  });

  test("a field that M-PESA does not take is refused, with its own words", () => {
    expect(read(400, error("400.002.02", "Bad Request - Invalid PartyB"))).toMatchObject({
      answer: {
        answer: "refused",
        failure: {
          code: "invalid_receiver",
          resultCode: "400.002.02",
          resultDesc: "Bad Request - Invalid PartyB",
        },
      },
    });
  });

  test("a quota that is used up is turned away: it passes by itself", () => {
    expect(read(500, error("500.003.03", "Quota Violation"))).toMatchObject({
      answer: { answer: "turned_away", failure: { code: "rate_limited" } },
    });
  });

  test.each([
    ["a refusal", error("400.002.02", "Bad Request - Invalid Amount")],
    ["a dead token", DEAD],
    ["throttling", SPIKE],
  ])("%s beside an acceptance or a conversation proves nothing", (_, said) => {
    for (const status of [200, 400, 500]) {
      expect(read(status, { ...said, ConversationID: CONVERSATION })).toMatchObject({
        answer: { answer: "unknown", conversationId: CONVERSATION },
      });
      expect(read(status, { ...said, ResponseCode: "0" })).toMatchObject({
        answer: { answer: "unknown", conversationId: null },
      });
    }
  });

  test("acceptance with a status that is no success is unknown, and so is another ResponseCode, with an alarm", () => {
    expect(read(500, accepted)).toMatchObject({ answer: { answer: "unknown", conversationId: CONVERSATION } });
    expect(read(200, { ...accepted, ResponseCode: "1" })).toMatchObject({
      answer: { answer: "unknown", because: "HTTP 200: ResponseCode 1" },
      unlistedCode: "1",
    });
  });

  test("a code that no table lists is unknown and an alarm", () => {
    expect(read(400, error("400.777.01", "New"))).toMatchObject({
      answer: { answer: "unknown", because: "HTTP 400: 400.777.01" },
      unlistedCode: "400.777.01",
    });
  });

  test.each([
    ["an empty 200", 200, ""],
    ["HTML with 403", 403, "<html></html>"],
    ["an Incapsula text with 503", 503, "Request unsuccessful. Incapsula incident ID: 1"],
    ["an internal error", 500, error("500.001.1001", "Internal Server Error")],
    ["a message that only means something for a push", 500, error("500.001.1001", "Wrong credentials")],
    ["a result", 200, { Result: { ResultCode: 0 } }],
    ["JSON that breaks off", 200, JSON.stringify(accepted).slice(0, -1)],
  ])("%s is unknown", (_, status, body) => {
    expect(read(status, body)).toMatchObject({ answer: { answer: "unknown" }, unlistedCode: null });
  });

  test("any status with any body has an answer, and nothing is accepted, refused or in by chance", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => text.slice(0, -1)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
        const reading = read(status, text);
        expect("setback" in reading ? reading.setback.kind : reading.answer.answer).toBe(
          status === 429 ? "throttled" : "unknown",
        );
      }),
    );
  });
});

describe("the answer to a question", () => {
  test("ResponseCode 0 means that it was asked", () => {
    expect(ask(200, accepted)).toMatchObject({ answer: { ask: { asked: "yes", conversationId: CONVERSATION } } });
  });

  test("a proven refusal means that it was not, anything strange that it may have been", () => {
    expect(ask(400, error("400.002.02", "Bad Request - Invalid Initiator"))).toMatchObject({
      answer: { answer: "not_asked", ask: { asked: "no", because: "HTTP 400: 400.002.02" } },
    });
    for (const [status, body] of [
      [200, ""],
      [503, "<html>"],
      [500, DUPLICATE],
      [200, { ...accepted, ResponseCode: "7" }],
      [400, { ...error("400.002.02", "Bad Request - Invalid Initiator"), ConversationID: CONVERSATION }],
    ] as const)
      expect(ask(status, body)).toMatchObject({ answer: { answer: "maybe_asked", ask: { asked: "maybe" } } });
  });

  test("throttling and a dead token are setbacks, a busy system asks to slow down, an unlisted code is an alarm", () => {
    expect(ask(500, SPIKE)).toMatchObject({ setback: { kind: "throttled" } });
    expect(ask(400, error("400.003.01", "Invalid Access Token"))).toMatchObject({ setback: { kind: "token_dead" } });
    expect(ask(500, BUSY)).toMatchObject({ answer: { ask: { asked: "maybe" } }, slowDown: true });
    expect(ask(400, error("400.777.01", "New"))).toMatchObject({ unlistedCode: "400.777.01" });
  });
});
