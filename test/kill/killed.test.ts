/**
 * A gateway whose functions are killed at random under load; then its ledger is lost, and restored from an export.
 * `npm run kill` does the first with real processes, for minutes, and kills whole sandboxes; here it is some seconds of it,
 * and instances are threads.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportTable } from "../../operator/drill/export-table.ts";
import { restoreTable } from "../../operator/drill/restore-table.ts";
import { dropTable } from "../../operator/drill/table-shape.ts";
import { connectControl } from "../../sandbox/control/client.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { report } from "./report.ts";
import { runKills } from "./run.ts";
import type { KillReport } from "./run.ts";

const BATCH_ROWS = 15;

let sandbox: Sandbox;
let outcome: KillReport;
const seed = randomInt(2 ** 31);
const directory = mkdtempSync(path.join(tmpdir(), "malipo-restore-"));

beforeAll(async () => {
  sandbox = await startSandbox({ sweepIntervalSeconds: 30 });
  const control = connectControl(sandbox.controlUrl);
  outcome = await runKills({
    url: sandbox.url,
    simulatorUrl: sandbox.simulatorUrl ?? "",
    control,
    async travel(seconds) {
      await control.travel(seconds);
    },
    seed,
    loadMs: 5_000,
    orderEveryMs: 500,
    batchRows: BATCH_ROWS,
    killEveryMs: [100, 500],
    sandbox: null,
    say: () => undefined,
  });
}, 600_000);
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

test("whatever is killed: nothing is lost, nothing is doubled, nothing is stuck", () => {
  expect(outcome.breaches, [`seed ${seed}`, ...report(outcome)].join("\n")).toEqual([]);
  expect([...outcome.killed.instances.values()].reduce((sum, kills) => sum + kills, 0)).toBeGreaterThan(0);
  expect(outcome.truth.payouts.filter(({ state }) => state === "paid").length).toBeGreaterThan(0);
});

/** What the audit answers about a transaction, but for the number of the request. */
const history = async (id: string): Promise<unknown> => {
  const answer = await fetch(`${sandbox.url}/v1/transactions/${id}/history`, {
    headers: { authorization: "Bearer sk_test_finance" },
  });
  expect(answer.status).toBe(200);
  return answer.json();
};

test("a ledger that was lost and restored from its export answers the audit as before, hash for hash", async () => {
  sandbox.schedules.stop();
  sandbox.mappings.stop();
  while (sandbox.functions.all.some((fn) => fn.running() > 0)) await wait(100);
  const dynamo = new DynamoDBClient({
    endpoint: sandbox.dynamoDbUrl,
    region: "af-south-1",
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const table = sandbox.deployment.output("TransactionsTableName") ?? "";
  const { payments, payouts, refunds } = outcome.ledger;
  const ids = [...payments, ...payouts, ...refunds].map(({ id }) => id);
  const before = new Map<string, unknown>();
  for (const id of ids) before.set(id, await history(id));
  expect(before.size).toBeGreaterThanOrEqual(BATCH_ROWS);

  await exportTable({ dynamo, clock: Date }, table, directory);
  await dropTable(dynamo, table);
  await restoreTable({ dynamo, wait: (ms) => wait(ms), random: Math.random }, directory, table);
  for (const id of ids) expect(await history(id)).toEqual(before.get(id));
  dynamo.destroy();
});
