/** When the client sends a request again, and when it must not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRepeatable, pauseBefore, retryAfterMs } from "../../../web/client/src/retry.ts";

const decide = (status: number, more: { isRepeatable?: boolean; retryAfterMs?: number; before?: number } = {}) =>
  pauseBefore({
    outcome: { kind: "answer", status, retryAfterMs: more.retryAfterMs ?? null },
    before: more.before ?? 0,
    isRepeatable: more.isRepeatable ?? true,
    random: 1,
  });

test.each([500, 502, 503, 504])("%i is repeated, but only what may be repeated", (status) => {
  expect(decide(status)).toBe(500);
  expect(decide(status, { isRepeatable: false })).toBeNull();
});

test.each([400, 401, 403, 404, 409, 413, 415, 422, 501])("%i is final", (status) => {
  expect(decide(status)).toBeNull();
});

test("429 says that nothing was done, so anything is repeated after it", () => {
  expect(decide(429, { isRepeatable: false })).toBe(500);
});

test("a silence is repeated only when the request happens once all the same", () => {
  const silence = { outcome: { kind: "silence" }, before: 1, random: 1 } as const;
  expect(pauseBefore({ ...silence, isRepeatable: true })).toBe(1_000);
  expect(pauseBefore({ ...silence, isRepeatable: false })).toBeNull();
});

test("the API's own wish for a pause is kept, and one that is too long ends the call", () => {
  expect(decide(429, { retryAfterMs: 7_000 })).toBe(7_000);
  expect(decide(429, { retryAfterMs: 0 })).toBe(500);
  expect(decide(429, { retryAfterMs: 300_000 })).toBeNull();
});

test("pauses grow, spread, and stay below eight seconds", () => {
  fc.assert(
    fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (before, random) => {
      const pause = pauseBefore({ outcome: { kind: "silence" }, before, isRepeatable: true, random }) ?? 0;
      expect(pause).toBeGreaterThanOrEqual(250);
      expect(pause).toBeLessThanOrEqual(8_000);
      expect(pause).toBeGreaterThanOrEqual(Math.min(8_000, 500 * 2 ** before) / 2);
    }),
  );
});

describe("what may be repeated", () => {
  const request = (method: string, headers: Record<string, string> = {}) =>
    new Request("http://malipo.test/", { method, headers });

  test.each(["GET", "DELETE", "PATCH", "PUT"])("%s sets or reads a state", (method) => {
    expect(isRepeatable(request(method))).toBe(true);
  });

  test("a POST only under an Idempotency-Key", () => {
    expect(isRepeatable(request("POST"))).toBe(false);
    expect(isRepeatable(request("POST", { "Idempotency-Key": "order-1" }))).toBe(true);
  });
});

test.each([
  ["10", 10_000],
  ["Sun, 22 Nov 2026 06:00:05 GMT", 5_000],
  ["Sun, 22 Nov 2026 05:00:00 GMT", 0],
  ["soon", null],
  ["", null],
  [null, null],
])("Retry-After %j is %j milliseconds", (header, expected) => {
  expect(retryAfterMs(header, Date.parse("2026-11-22T06:00:00Z"))).toBe(expected);
});
