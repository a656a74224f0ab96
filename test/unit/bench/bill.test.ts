import { describe, expect, it } from "vitest";
import {
  authoriserLines,
  billedMs,
  byService,
  levers,
  paymentLines,
  requestLines,
  secretCalls,
  standingLines,
  total,
} from "../../../bench/bill.ts";
import type { RequestFacts } from "../../../bench/bill.ts";
import { assumptions, priceList, usd } from "../../../bench/prices.ts";

const given = {
  ...assumptions,
  darajaLatencyMs: 600,
  dynamoLatencyMs: 5,
  vcpuMegabytes: 1_000,
  coldStartShare: 0.01,
  coldStartMs: 300,
  authoriserCacheHitShare: 0.9,
  paymentsAMonth: 1_000_000,
  busyMinutesShare: 0.5,
  instancesAFunction: 2,
  minutesInMonth: 40_000,
  secretMinutes: 1,
  platformLogBytes: 300,
  accessLogBytes: 400,
  gatewayHeaderBytes: 100,
  darajaHeaderBytes: 50,
  detailedMetricsAMethod: 5,
};
const tariff = { prices: priceList, given };

const FACTS: RequestFacts = {
  memoryMegabytes: 256,
  cpuMs: 10,
  writeCalls: 4,
  readCalls: 0,
  writeUnits: 12,
  readUnits: 0,
  logBytes: 300,
  answerBytes: 900,
  darajaBytes: 450,
  darajaCalls: 1,
  secrets: 3,
};

const costOf = (facts: RequestFacts, what: string): number =>
  requestLines("start", facts, tariff).find((line) => line.what.startsWith(`start: ${what}`))!.usd;

describe("the bill of a million requests", () => {
  it("bills the wait for Daraja, the writes and the CPU time at the share of a CPU that the memory buys", () => {
    expect(billedMs(FACTS, given)).toBeCloseTo(600 + 4 * 5 + 10 * (1_000 / 256) + 3);
    expect(billedMs({ ...FACTS, memoryMegabytes: 2_000 }, given)).toBeCloseTo(600 + 20 + 10 + 3);
  });

  it("charges each service by its list price", () => {
    expect(costOf(FACTS, "requests")).toBeCloseTo(3.5);
    expect(costOf(FACTS, "invocations")).toBeCloseTo(0.2);
    expect(costOf(FACTS, "write units")).toBeCloseTo(12 * 0.625);
    expect(costOf(FACTS, "logs")).toBeCloseTo(((300 + 300 + 400) / 1_000) * 0.5);
    expect(costOf(FACTS, "answers")).toBeCloseTo(((900 + 100 + 450 + 50) / 1_000) * 0.09);
    const billed = billedMs(FACTS, given).toFixed(0);
    expect(costOf(FACTS, `${billed} ms`)).toBeCloseTo((billedMs(FACTS, given) / 1_000) * 0.25 * 13.3334);
  });

  it("has no line for what was not used", () => {
    expect(requestLines("start", FACTS, tariff).map(({ what }) => what)).not.toContain("start: read units");
  });

  it("spreads the secrets' calls over a month's payments, and fewer of them the longer a secret is kept", () => {
    expect(secretCalls(FACTS, given)).toBeCloseTo((3 * 2 * 40_000 * 0.5) / 1_000_000);
    expect(secretCalls(FACTS, { ...given, secretMinutes: 5 })).toBeCloseTo(secretCalls(FACTS, given) / 5);
  });

  it("runs the authoriser only when API Gateway does not remember, and never charges a request for it", () => {
    const lines = authoriserLines({ ...FACTS, readUnits: 1, darajaCalls: 0 }, tariff);
    expect(lines.find(({ what }) => what === "authoriser: invocations")!.quantity).toBeCloseTo(100_000);
    expect(lines.map(({ service }) => service)).not.toContain("API Gateway");
  });

  it("is the sum of its lines, whichever way they are grouped", () => {
    const parts = { start: FACTS, authorise: { ...FACTS, darajaCalls: 0 }, callback: { ...FACTS, darajaCalls: 0 } };
    const lines = paymentLines(parts, tariff);
    const grouped = byService(lines);
    expect(grouped.reduce((sum, [, dollars]) => sum + dollars, 0)).toBeCloseTo(total(lines));
    expect(grouped.map(([, dollars]) => dollars)).toEqual(grouped.map(([, dollars]) => dollars).sort((a, b) => b - a));
  });

  it("names levers that each save something and together no more than the whole", () => {
    const parts = { start: FACTS, authorise: { ...FACTS, darajaCalls: 0 }, callback: { ...FACTS, darajaCalls: 0 } };
    const saved = levers(parts, tariff).map(({ saves }) => saves);
    expect(Math.min(...saved)).toBeGreaterThan(0);
    expect(saved.reduce((sum, one) => sum + one, 0)).toBeLessThan(total(paymentLines(parts, tariff)));
  });

  it("keeps apart what a month costs without any traffic", () => {
    const lines = standingLines({ secrets: 4, keys: 1, alarms: 10, methods: 2 }, tariff);
    expect(total(lines)).toBeCloseTo(4 * 0.4 + 1 + 10 * 0.1 + 2 * 5 * 0.3);
  });
});

describe("the list prices", () => {
  it("charge by the unit that they are quoted for", () => {
    expect(usd(priceList, "secretCall", 20_000)).toBeCloseTo(0.1);
    expect(usd(priceList, "dynamoWriteUnit", 1_000_000)).toBeCloseTo(0.625);
  });

  it("say which page each comes from", () => {
    for (const { page } of Object.values(priceList.prices)) expect(page).toMatch(/pricing/);
  });
});
