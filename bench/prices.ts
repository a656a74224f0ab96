/**
 * List prices and assumptions as data: a bill is worth what it is computed from, so every number that was not counted
 * stands in a file beside this one, with its source or its reason.
 */
import * as z from "zod";
import assumptionsJson from "./assumptions.json" with { type: "json" };
import pricesJson from "./prices.json" with { type: "json" };

const Price = z.strictObject({
  usd: z.number().positive(),
  per: z.int().positive(),
  unit: z.string(),
  page: z.string(),
});

const PRICED = [
  "restRequest",
  "httpRequest",
  "lambdaRequest",
  "lambdaGbSecond",
  "dynamoWriteUnit",
  "dynamoReadUnit",
  "logGigabyte",
  "secretCall",
  "kmsCall",
  "dataOutGigabyte",
  "secretMonth",
  "kmsKeyMonth",
  "alarmMonth",
  "metricMonth",
] as const;
export type Priced = (typeof PRICED)[number];

const PriceList = z.strictObject({
  region: z.string(),
  date: z.iso.date(),
  currency: z.literal("USD"),
  note: z.string(),
  prices: z.record(z.enum(PRICED), Price),
});
export type PriceList = z.infer<typeof PriceList>;

const ASSUMED = [
  "darajaLatencyMs",
  "dynamoLatencyMs",
  "vcpuMegabytes",
  "coldStartShare",
  "coldStartMs",
  "authoriserCacheHitShare",
  "paymentsAMonth",
  "busyMinutesShare",
  "instancesAFunction",
  "secretMinutes",
  "platformLogBytes",
  "accessLogBytes",
  "gatewayHeaderBytes",
  "darajaHeaderBytes",
  "minutesInMonth",
  "detailedMetricsAMethod",
] as const;

const Assumption = z.strictObject({ value: z.number().nonnegative(), why: z.string() });
export type Assumptions = Readonly<Record<(typeof ASSUMED)[number], number>>;

export const priceList: PriceList = PriceList.parse(pricesJson);
export const assumed = z.record(z.enum(ASSUMED), Assumption).parse(assumptionsJson);

/** The assumptions without their reasons. */
export const assumptions: Assumptions = z
  .record(
    z.enum(ASSUMED),
    Assumption.transform(({ value }) => value),
  )
  .parse(assumptionsJson);

/** What `quantity` units cost, US dollars. */
export const usd = (list: PriceList, what: Priced, quantity: number): number =>
  (list.prices[what].usd * quantity) / list.prices[what].per;
