/** An operator asks what works: with a key that may look, and in words that say what stands on what. */
import { expect, test } from "vitest";
import { call, KEYS } from "./storefront.ts";

interface Report {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly found: string }[];
}

const health = (key: string | null) => call<Report>("GET", "/v1/health", { key });

test("everything that the gateway stands on is looked at, and works", async () => {
  const { status, body } = await health(KEYS.finance);
  expect(status).toBe(200);
  expect(body.checks.filter((check) => check.status !== "works")).toEqual([]);
  expect(body.status).toBe("works");
  expect(body.checks.map(({ name }) => name)).toEqual([
    ...["ledger", "replay cache", "directory", "coordination", "webhooks"],
    ...["signing secret", "key pepper", "phone keys", "Daraja credentials", "Daraja token"],
    ...["payout queue", "batch queue", "day queue", "webhook queue"],
  ]);
  const token = body.checks.find(({ name }) => name === "Daraja token");
  expect(token?.found).toMatch(/^(fresh until|nobody has needed|ended at)/);
});

test("it is for operators: a storefront's key may not look, and a stranger is not let in", async () => {
  expect((await health(KEYS.storefront)).status).toBe(403);
  expect((await health(null)).status).toBe(401);
  expect((await call("GET", "/health", { key: null })).body).toEqual({ status: "ok" });
});
