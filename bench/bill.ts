/**
 * The bill of one million paid STK payments: one start and one callback each. Pure arithmetic over what was counted and
 * measured, the list prices and the assumptions; every line can be followed with a pencil.
 */
import { usd } from "./prices.ts";
import type { Assumptions, PriceList, Priced } from "./prices.ts";

/** What was counted for one kind of request; each number is an average over the counted requests. */
export interface RequestFacts {
  readonly memoryMegabytes: number;
  readonly cpuMs: number;
  readonly writeCalls: number;
  readonly readCalls: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** What the handler itself logs. */
  readonly logBytes: number;
  /** The handler's answer, headers included. */
  readonly answerBytes: number;
  /** Body of the call to Daraja; 0 when there is none. */
  readonly darajaBytes: number;
  readonly darajaCalls: number;
  /** Secrets that an instance keeps and asks for again when they are old. */
  readonly secrets: number;
}

export interface BillLine {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
}

export const MILLION = 1_000_000;
const GIGABYTE = 1_000_000_000;

/** How long an invocation is billed, milliseconds: its calls, and its CPU time at the share of a CPU that it is given. */
export const billedMs = (facts: RequestFacts, given: Assumptions): number =>
  facts.darajaCalls * given.darajaLatencyMs +
  (facts.writeCalls + facts.readCalls) * given.dynamoLatencyMs +
  facts.cpuMs * Math.max(1, given.vcpuMegabytes / facts.memoryMegabytes) +
  given.coldStartShare * given.coldStartMs;

/** How often one request makes some instance ask for a secret again, and so for its key. */
export const secretCalls = (facts: RequestFacts, given: Assumptions): number =>
  (facts.secrets * given.instancesAFunction * given.minutesInMonth * given.busyMinutesShare) /
  (given.secretMinutes * given.paymentsAMonth);

export interface Tariff {
  readonly prices: PriceList;
  readonly given: Assumptions;
}

type Row = readonly [service: string, what: string, priced: Priced, quantity: number];

const billed = (rows: readonly Row[], { prices }: Tariff): readonly BillLine[] =>
  rows
    .filter(([, , , quantity]) => quantity > 0)
    .map(([service, what, priced, quantity]) => ({
      service,
      what,
      quantity,
      unit: prices.prices[priced].unit,
      usd: usd(prices, priced, quantity),
    }));

/** One million requests of a kind, without the authoriser. `name` says which. */
export const requestLines = (name: string, facts: RequestFacts, tariff: Tariff): readonly BillLine[] => {
  const { given } = tariff;
  const gigabyteSeconds = (billedMs(facts, given) / 1000) * (facts.memoryMegabytes / 1024) * MILLION;
  const logBytes = facts.logBytes + given.platformLogBytes + given.accessLogBytes;
  const outBytes =
    facts.answerBytes + given.gatewayHeaderBytes + facts.darajaBytes + facts.darajaCalls * given.darajaHeaderBytes;
  const asked = secretCalls(facts, given) * MILLION;
  return billed(
    [
      ["API Gateway", `${name}: requests`, "restRequest", MILLION],
      ["Lambda", `${name}: invocations`, "lambdaRequest", MILLION],
      ["Lambda", `${name}: ${billedMs(facts, given).toFixed(0)} ms each`, "lambdaGbSecond", gigabyteSeconds],
      ["DynamoDB", `${name}: write units`, "dynamoWriteUnit", facts.writeUnits * MILLION],
      ["DynamoDB", `${name}: read units`, "dynamoReadUnit", facts.readUnits * MILLION],
      ["CloudWatch", `${name}: logs`, "logGigabyte", (logBytes * MILLION) / GIGABYTE],
      ["Data transfer", `${name}: answers and requests`, "dataOutGigabyte", (outBytes * MILLION) / GIGABYTE],
      ["Secrets Manager", `${name}: calls`, "secretCall", asked],
      ["KMS", `${name}: opening secrets`, "kmsCall", asked],
    ],
    tariff,
  );
};

/** The authoriser in front of one million requests. It has no request of its own at API Gateway. */
export const authoriserLines = (facts: RequestFacts, tariff: Tariff): readonly BillLine[] => {
  const { given } = tariff;
  const runs = MILLION * (1 - given.authoriserCacheHitShare);
  const gigabyteSeconds = (billedMs(facts, given) / 1000) * (facts.memoryMegabytes / 1024) * runs;
  const asked = secretCalls(facts, given) * MILLION;
  return billed(
    [
      ["Lambda", "authoriser: invocations", "lambdaRequest", runs],
      ["Lambda", `authoriser: ${billedMs(facts, given).toFixed(0)} ms each`, "lambdaGbSecond", gigabyteSeconds],
      ["DynamoDB", "authoriser: read units", "dynamoReadUnit", facts.readUnits * runs],
      ["CloudWatch", "authoriser: logs", "logGigabyte", ((facts.logBytes + given.platformLogBytes) * runs) / GIGABYTE],
      ["Secrets Manager", "authoriser: calls", "secretCall", asked],
      ["KMS", "authoriser: opening secrets", "kmsCall", asked],
    ],
    tariff,
  );
};

/** What a stage costs each month, traffic or none. */
export interface Standing {
  readonly secrets: number;
  readonly keys: number;
  readonly alarms: number;
  readonly methods: number;
}

export const standingLines = (standing: Standing, tariff: Tariff): readonly BillLine[] =>
  billed(
    [
      ["Secrets Manager", "secrets", "secretMonth", standing.secrets],
      ["KMS", "keys", "kmsKeyMonth", standing.keys],
      ["CloudWatch", "alarms", "alarmMonth", standing.alarms],
      [
        "CloudWatch",
        "detailed metrics, were every method called",
        "metricMonth",
        standing.methods * tariff.given.detailedMetricsAMethod,
      ],
    ],
    tariff,
  );

export const total = (lines: readonly BillLine[]): number => lines.reduce((sum, line) => sum + line.usd, 0);

/** The sum for each service, the dearest first. */
export const byService = (lines: readonly BillLine[]): readonly (readonly [service: string, usd: number])[] => {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.service, (sums.get(line.service) ?? 0) + line.usd);
  return [...sums].sort(([, a], [, b]) => b - a);
};

/** The requests behind a paid payment. */
export interface PaymentFacts {
  readonly start: RequestFacts;
  readonly authorise: RequestFacts;
  readonly callback: RequestFacts;
}

/** One million paid payments. */
export const paymentLines = ({ start, authorise, callback }: PaymentFacts, tariff: Tariff): readonly BillLine[] => [
  ...requestLines("start", start, tariff),
  ...authoriserLines(authorise, tariff),
  ...requestLines("callback", callback, tariff),
];

export interface Lever {
  readonly what: string;
  readonly saves: number;
}

const KEPT_LONGER_MINUTES = 5;
const HALF = 0.5;

/** What would bring the bill down, each taken alone, US dollars. None of them changes what is promised about money. */
export const levers = (facts: PaymentFacts, tariff: Tariff): readonly Lever[] => {
  const { prices, given } = tariff;
  const whole = total(paymentLines(facts, tariff));
  const saves = (changed: readonly BillLine[]): number => whole - total(changed);
  const smaller = { ...facts.start, memoryMegabytes: facts.start.memoryMegabytes * HALF };
  const rare = { prices, given: { ...given, secretMinutes: KEPT_LONGER_MINUTES } };
  return [
    {
      what: "callbacks through an HTTP API instead of a REST API",
      saves: usd(prices, "restRequest", MILLION) - usd(prices, "httpRequest", MILLION),
    },
    { what: `secrets kept ${KEPT_LONGER_MINUTES} minutes`, saves: saves(paymentLines(facts, rare)) },
    { what: "start-payment with half the memory", saves: saves(paymentLines({ ...facts, start: smaller }, tariff)) },
    { what: "one index entry fewer on each payment", saves: usd(prices, "dynamoWriteUnit", MILLION) },
  ];
};
