/**
 * What one payout of a batch costs on DynamoDB: the ledger's own calls on a real engine, in the order in which the tender,
 * the dispatchers and the callbacks make them, counted in requests and in write units by the engine's own count.
 */
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { BatchPlace, PayoutIntent } from "../functions/domain/payout.ts";
import { createPayoutLedger } from "../functions/store/dynamo-payouts.ts";
import type { PayoutLedger } from "../functions/store/payout-ledger.ts";
import { createPhoneVault, PhoneKeysSecret } from "../functions/store/phone-vault.ts";
import { startDynamoDbLocal } from "../sandbox/aws/dynamodb/dynamodb-local.ts";
import { makeTable, watched } from "../test/unit/store/database.ts";
import { batchId, claimAs, paidOut, placeIn, rowIntent, taken } from "../test/unit/store/payout-samples.ts";
import { freshReceipt } from "../test/unit/store/samples.ts";
import { dollars, each, plain } from "./line.ts";
import type { Line } from "./line.ts";
import { priceList, usd } from "./prices.ts";

/** Rows that the tender makes payouts of at once, and messages that a dispatcher is given at once. */
const FED_AT_ONCE = 100;
const DELIVERED = 10;
const MILLION = 1_000_000;

interface Spent {
  readonly reads: number;
  readonly writes: number;
  readonly writeUnits: number;
}

const READS: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query"]);

const startLedger = async () => {
  const engine = await startDynamoDbLocal();
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint: engine.url, region: "us-east-1", credentials });
  const { dynamo, calls, units } = watched(client);
  const tables = {
    transactions: await makeTable(client, "transactions"),
    coordination: await makeTable(client, "coordination"),
  };
  const keys = PhoneKeysSecret.parse({
    current: "a secret of the benchmark, made up of sixty-four letters or so for once",
  });
  const payouts = createPayoutLedger({
    dynamo,
    tables,
    vault: createPhoneVault(() => Promise.resolve(keys)),
    clock: { now: () => Date.now() },
    wait: () => Promise.resolve(),
    random: () => 0.5,
    newToken: randomUUID,
  });
  const close = async (): Promise<void> => {
    client.destroy();
    await engine.close();
  };
  return { payouts, calls, units, close };
};

type Counted = Awaited<ReturnType<typeof startLedger>>;

/** What `work` cost, divided among so many payouts. */
const spentOn = async ({ calls, units }: Counted, payouts: number, work: () => Promise<unknown>): Promise<Spent> => {
  const from = calls.length;
  await work();
  const made = calls.slice(from).map((name, place) => ({ isRead: READS.has(name), units: units[from + place] ?? 0 }));
  const writes = made.filter(({ isRead }) => !isRead);
  return {
    reads: (made.length - writes.length) / payouts,
    writes: writes.length / payouts,
    writeUnits: writes.reduce((sum, one) => sum + one.units, 0) / payouts,
  };
};

const inTurn = async (asked: readonly PayoutIntent[], act: (one: PayoutIntent) => Promise<unknown>): Promise<void> => {
  for (const one of asked) await act(one);
};

const claimAll = async (payouts: PayoutLedger, asked: readonly PayoutIntent[]): Promise<void> => {
  for (const found of await payouts.readToSend(asked.map(({ id }) => id)))
    if (found === null || (await payouts.claim(found.payout, claimAs())) === null)
      throw new Error("a fresh payout could not be claimed");
};

/** Each step of a paid payout's life, for one payout. */
const countSteps = async (ledger: Counted): Promise<readonly (readonly [string, Spent])[]> => {
  const { payouts } = ledger;
  const batch = batchId();
  const places = Array.from({ length: FED_AT_ONCE }, (_, index): BatchPlace => placeIn(batch, index + 1));
  const fed = places.map((place) => rowIntent(place));
  const sent = fed.slice(0, DELIVERED);
  return [
    ["made from its row, a hundred at a time", await spentOn(ledger, FED_AT_ONCE, () => payouts.openRows(fed))],
    ["read ten at a time and claimed", await spentOn(ledger, DELIVERED, () => claimAll(payouts, sent))],
    [
      "M-PESA's answer recorded",
      await spentOn(ledger, DELIVERED, () => inTurn(sent, (one) => payouts.record(one.id, taken(one)))),
    ],
    [
      "M-PESA's result recorded, receipt and tally",
      await spentOn(ledger, DELIVERED, () =>
        inTurn(sent, (one) => payouts.record(one.id, paidOut(one, freshReceipt()))),
      ),
    ],
  ];
};

const shown = ({ reads, writes }: Spent): string => `${each(writes)} write and ${each(reads)} read requests`;

/** What a paid payout of a batch costs on DynamoDB, step by step. */
export const payoutCostLines = async (): Promise<readonly Line[]> => {
  const ledger = await startLedger();
  try {
    const steps = await countSteps(ledger);
    const sum = (of: keyof Spent): number => steps.reduce((all, [, spent]) => all + spent[of], 0);
    const all = { reads: sum("reads"), writes: sum("writes"), writeUnits: sum("writeUnits") };
    const million = dollars(usd(priceList, "dynamoWriteUnit", all.writeUnits * MILLION));
    return [
      plain(
        { section: "Batches", what: "one paid payout of a batch: DynamoDB write units" },
        each(all.writeUnits),
        `${shown(all)}; ${million} for a million payouts; pacing and the look at batch and lane are on top, one for ten or so`,
      ),
      ...steps.map(([what, spent]) =>
        plain({ section: "Batches", what: `  ${what}` }, each(spent.writeUnits), shown(spent)),
      ),
    ];
  } finally {
    await ledger.close();
  }
};
