/** What a failed fetch proves, and how a body is read, without a socket: every way in which undici tells of trouble. */
import { describe, expect, test } from "vitest";
import { exchange, explainFailure } from "../../../functions/daraja/exchange.ts";
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import { BODY_LIMIT } from "../../../functions/daraja/foreign-json.ts";

const failed = (cause: unknown) => new TypeError("fetch failed", { cause });
const REQUEST = { method: "POST", url: "http://daraja.invalid", headers: { a: "b" }, timeoutMs: 1_000 } as const;

describe("a failed fetch", () => {
  test.each([
    ["the connection", { code: "ECONNREFUSED", syscall: "connect" }, "ECONNREFUSED"],
    ["the look-up of its name", { code: "EAI_AGAIN", syscall: "getaddrinfo" }, "EAI_AGAIN"],
    ["the wait for a connection", { code: "UND_ERR_CONNECT_TIMEOUT" }, "UND_ERR_CONNECT_TIMEOUT"],
    ["a connection without a code", { syscall: "connect" }, "TypeError"],
    ["a certificate", { code: "CERT_HAS_EXPIRED" }, "CERT_HAS_EXPIRED"],
    ["another host's certificate", { code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["the handshake", { code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "ERR_SSL_WRONG_VERSION_NUMBER"],
    ["a chain of its own", { code: "SELF_SIGNED_CERT_IN_CHAIN" }, "SELF_SIGNED_CERT_IN_CHAIN"],
    ["a chain of one", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["an unknown issuer", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ])("for %s is proof that nothing was sent", (_, cause, because) => {
    expect(explainFailure(failed(cause))).toEqual({ got: "nothing", sent: "no", because });
    expect(explainFailure(failed(new AggregateError([cause, cause])))).toEqual({ got: "nothing", sent: "no", because });
  });

  test.each([
    ["a reset while writing", { code: "EPIPE", syscall: "write" }, "EPIPE"],
    ["a code that names a certificate further on", { code: "MY_CERT_HAS_EXPIRED" }, "MY_CERT_HAS_EXPIRED"],
    ["a system call that is no text", { code: "E", syscall: ["connect"] }, "E"],
    ["a code that is no text", { code: 7, name: "cause" }, "TypeError"],
    ["nothing at all", undefined, "TypeError"],
    ["null", null, "TypeError"],
    ["a text that reads like a reason", "connect", "TypeError"],
  ])("for %s is no proof", (_, cause, because) => {
    expect(explainFailure(failed(cause))).toEqual({ got: "nothing", sent: "maybe", because });
  });

  test("that is no error is no proof, whatever it carries", () => {
    const refused = { cause: { code: "ECONNREFUSED", syscall: "connect" } };
    expect(explainFailure(refused)).toEqual({ got: "nothing", sent: "maybe", because: "failed" });
  });

  test("names the first code of several, in few characters", () => {
    const cause = new AggregateError([{ syscall: "connect" }, { code: "A".repeat(90), syscall: "connect" }]);
    expect(explainFailure(failed(cause)).because).toBe("A".repeat(60));
  });
});

/** An answer whose body comes in these pieces. */
const inPieces = (...pieces: readonly unknown[]): Fetch => {
  const body = new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return () => Promise.resolve({ status: 200, body: body as Response["body"] });
};
const bodyOf = async (fetch: Fetch): Promise<string> => {
  const came = await exchange(fetch, REQUEST);
  if (came.got === "nothing") throw new Error(came.because);
  return came.http.body;
};

describe("a body", () => {
  const bytes = new TextEncoder().encode('{"name":"Wanjikũ"}');

  test("is put together whole, wherever a character was cut in two", async () => {
    for (let at = 0; at <= bytes.length; at += 1)
      expect(await bodyOf(inPieces(bytes.subarray(0, at), bytes.subarray(at)))).toBe('{"name":"Wanjikũ"}');
  });

  test("that breaks off inside a character shows that it did", async () => {
    expect(await bodyOf(inPieces(new TextEncoder().encode("aũ").subarray(0, 2)))).toBe("a\ufffd");
  });

  test("is read without what is no bytes, and is empty when there is none", async () => {
    expect(await bodyOf(inPieces("text", bytes, { length: BODY_LIMIT }))).toBe('{"name":"Wanjikũ"}');
    expect(await bodyOf(() => Promise.resolve({ status: 204, body: null }))).toBe("");
  });

  test("is cut at the limit, and what comes after is not waited for", async () => {
    const piece = new Uint8Array(BODY_LIMIT - 10).fill(120);
    let asked = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        asked += 1;
        controller.enqueue(piece);
      },
    });
    expect(await bodyOf(() => Promise.resolve({ status: 200, body }))).toBe("x".repeat(BODY_LIMIT));
    expect(asked).toBeLessThanOrEqual(3);
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(BODY_LIMIT).fill(120)),
    });
    const came = await bodyOf(() => Promise.resolve({ status: 200, body: endless }));
    expect(came).toHaveLength(BODY_LIMIT);
  });
});

test("a request has a body only when it was given one", async () => {
  const sent: object[] = [];
  const fetch: Fetch = (_, init) => {
    sent.push(init);
    return Promise.resolve({ status: 200, body: null });
  };
  await exchange(fetch, REQUEST);
  await exchange(fetch, { ...REQUEST, body: "" });
  expect(sent).toMatchObject([{ method: "POST", redirect: "manual", headers: { a: "b" } }, { body: "" }]);
  expect(sent[0]).not.toHaveProperty("body");
});
