/**
 * What it takes to close a day of ten thousand payments in the sandbox: first on M-PESA's messages alone, then with its
 * statement of twenty thousand rows, from the moment that the day is named until its reports can be fetched.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { transactionId } from "../functions/domain/ids.ts";
import { shillings } from "../functions/domain/money.ts";
import { Msisdn } from "../functions/domain/msisdn.ts";
import { DEFAULT_PROMPT_LIMITS } from "../functions/domain/prompts.ts";
import { dayBounds, nairobiDay } from "../functions/domain/time.ts";
import { createLedger } from "../functions/store/dynamo-ledger.ts";
import { eachAtMost } from "../functions/store/each-at-most.ts";
import { createPhoneVault, PhoneKeysSecret } from "../functions/store/phone-vault.ts";
import type { Ledger } from "../functions/store/ledger.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { dayStatement } from "./day-statement.ts";
import type { PaidThen } from "./day-statement.ts";
import { atMost, plain } from "./line.ts";
import type { Line } from "./line.ts";

const PAYMENTS = 10_000;
const MOST_SECONDS = 15;
const WRITERS = 16;
const LOOK_MS = 50;
const PATIENCE_MS = 300_000;
const DAY_MS = 86_400_000;
const KEY = "sk_test_finance";
const SHORTCODE = "174379";

const Seen = z.object({ version: z.int(), current: z.object({ basis: z.string(), exception_count: z.int() }) });
const Asked = z.object({
  id: z.string(),
  upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
});

const ledgerOf = (sandbox: Sandbox): { readonly ledger: Ledger; readonly end: () => void } => {
  const dynamo = new DynamoDBClient({
    endpoint: sandbox.dynamoDbUrl,
    region: sandbox.deployment.place.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const named = (begins: string): string => {
    const table = sandbox.deployment
      .ofType("AWS::DynamoDB::Table")
      .find(({ logicalId }) => logicalId.startsWith(begins));
    if (table === undefined) throw new Error(`the sandbox has no table of ${begins}`);
    return table.ref;
  };
  const keys = PhoneKeysSecret.parse({ current: "phones of the benchmark, which nobody has and nobody has to find" });
  const ledger = createLedger({
    dynamo,
    tables: { transactions: named("Transactions"), coordination: named("Coordination") },
    vault: createPhoneVault(() => Promise.resolve(keys)),
    clock: { now: () => Date.now() },
    wait: (ms) => wait(ms),
    random: () => Math.random(),
    newToken: randomUUID,
  });
  return { ledger, end: () => dynamo.destroy() };
};

/** The payments of the day, spread evenly over it. */
const paymentsOf = (day: { readonly from: number; readonly until: number }): readonly PaidThen[] =>
  Array.from({ length: PAYMENTS }, (_, index) => ({
    id: transactionId("pay", { storefront: "demo", operation: "bench", key: String(index) }),
    receipt: `TK${index.toString(36).toUpperCase().padStart(8, "0")}`,
    amount: 100 + (index % 900),
    phone: `2547${String(10_000_000 + index)}`,
    reference: `INV-${index}`,
    at: day.from + 1_800_000 + Math.floor((index * (DAY_MS - 3_600_000)) / PAYMENTS / 1_000) * 1_000,
  }));

const put = async (ledger: Ledger, { id, receipt, amount, phone, reference, at }: PaidThen): Promise<void> => {
  const cents = shillings(amount);
  const made = { id, storefront: "demo", shortcode: SHORTCODE, amount: cents, reference, description: "Bench" };
  const by = { openedBy: "bench", requestId: randomUUID(), fingerprint: "ab".repeat(32), metadata: {} };
  const times = { createdAt: at, checkAt: at + 30_000 };
  await ledger.open({ ...made, ...by, ...times, phone: Msisdn.parse(phone) }, DEFAULT_PROMPT_LIMITS);
  await ledger.record(id, {
    ...{ finding: "paid", receipt, amount: cents, phone: Msisdn.parse(phone), push: null, paidAt: at },
    ...{ source: "callback", at: at + 1_000, by: "safaricom", requestId: randomUUID(), raw: null },
  });
};

const finance = (sandbox: Sandbox) => async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
};
type Finance = ReturnType<typeof finance>;

/** Looks until the day stands on `basis`; gives the milliseconds that it took. */
const closedOn = async (ask: Finance, day: string, basis: string): Promise<number> => {
  const began = performance.now();
  for (;;) {
    const seen = Seen.safeParse((await ask("GET", `/v1/reconciliations/${day}`)).answer);
    if (seen.success && seen.data.current.basis === basis) {
      if (seen.data.current.exception_count > 0) throw new Error("the benchmark's day has exceptions");
      return performance.now() - began;
    }
    if (performance.now() - began > PATIENCE_MS) throw new Error(`the day was not closed on ${basis}`);
    await wait(LOOK_MS);
  }
};

/** Hands the statement in and waits until it is imported: from there on its days are closed. */
const handIn = async (ask: Finance, file: string): Promise<void> => {
  const { id, upload } = Asked.parse((await ask("POST", "/v1/statements", {})).answer);
  const sent = await fetch(upload.url, { method: "PUT", headers: upload.headers, body: file });
  if (!sent.ok) throw new Error(`the upload was answered ${sent.status}`);
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const { status } = z.object({ status: z.string() }).parse((await ask("GET", `/v1/statements/${id}`)).answer);
    if (status === "imported") return;
    if (status === "refused") throw new Error("the benchmark's statement was refused");
    await wait(LOOK_MS);
  }
  throw new Error("the benchmark's statement was not imported");
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;

const measure = async (sandbox: Sandbox, ledger: Ledger): Promise<readonly Line[]> => {
  sandbox.schedules.stop();
  const day = nairobiDay(Date.now() - DAY_MS);
  const bounds = dayBounds(day);
  if (bounds === null) throw new Error("yesterday is no day");
  const payments = paymentsOf(bounds);
  await eachAtMost(WRITERS, payments, (payment) => put(ledger, payment));
  const ask = finance(sandbox);
  const calls = (): number => sandbox.calls.total({ caller: "CloseDay", service: "dynamodb" });
  sandbox.calls.reset();
  await ask("POST", `/v1/reconciliations/${day}/close`);
  const toldMs = await closedOn(ask, day, "daraja");
  const toldCalls = calls();
  sandbox.calls.reset();
  await handIn(ask, dayStatement(payments, day));
  const provenMs = await closedOn(ask, day, "statement");
  const what = `day of ${PAYMENTS.toLocaleString("en")} payments closed`;
  const note = (count: number): string =>
    `${(count / (PAYMENTS / 1_000)).toFixed(1)} DynamoDB requests per 1,000 payments`;
  const line = (name: string, ms: number, count: number): Line =>
    atMost(
      { section: "Reconciliation", what: name, note: note(count) },
      { measured: ms / 1_000, most: MOST_SECONDS, show: seconds },
    );
  return [
    line(`${what} on M-PESA's messages`, toldMs, toldCalls),
    line(`${what} with its statement`, provenMs, calls()),
    plain({ section: "Reconciliation", what: "rows of that statement" }, (2 * PAYMENTS).toLocaleString("en")),
  ];
};

/** Starts a sandbox of its own. Rejects when the day does not close as it should. */
export const dayLines = async (): Promise<readonly Line[]> => {
  const sandbox = await startSandbox({});
  const { ledger, end } = ledgerOf(sandbox);
  try {
    return await measure(sandbox, ledger);
  } finally {
    end();
    await sandbox.close();
  }
};
