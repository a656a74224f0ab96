/**
 * An auditor's day, in a sandbox of its own whose clock is put forward over midnight: from a receipt to the whole story,
 * the archive and its roots, a ledger that somebody changed behind everybody's back, and tables that were lost.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nairobiDay } from "../../functions/domain/time.ts";
import { readProofs } from "../../functions/store/ledger-proof.ts";
import { exportTable } from "../../operator/drill/export-table.ts";
import { restoreTable } from "../../operator/drill/restore-table.ts";
import { dropTable } from "../../operator/drill/table-shape.ts";
import { s3ArchiveReader } from "../../operator/archive-reader.ts";
import { verifyArchive } from "../../operator/verify-archive.ts";
import type { Verified } from "../../operator/verify-archive.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { KEYS, payer, reference, until } from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

const DAY_SECONDS = 86_400;

let sandbox: Sandbox;
beforeAll(async () => {
  const dynamoDbUrl = process.env["DYNAMODB_LOCAL_URL"];
  sandbox = await startSandbox({ port: 0, simulatorPort: 0, ...(dynamoDbUrl === undefined ? {} : { dynamoDbUrl }) });
}, 180_000);
afterAll(() => sandbox.close());

const ask = (path: string, { key = KEYS.finance, headers = {}, body }: Asked = {}): Promise<Response> =>
  fetch(`${sandbox.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
interface Asked {
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

const paid = async (): Promise<PaymentBody> => {
  const body = { amount: 1500, phone: payer("00"), reference: reference(), description: "story" };
  const headers = { "idempotency-key": randomUUID(), "content-type": "application/json" };
  const { id } = await json<PaymentBody>(ask("/v1/payments", { key: KEYS.storefront, headers, body }));
  return until(
    () => json<PaymentBody>(ask(`/v1/payments/${id}`, { key: KEYS.storefront })),
    ({ receipt }) => receipt !== null,
  );
};

/** What a function could do with its role, tried by somebody else. */
const s3As = (functionId: string): S3Client =>
  new S3Client({
    endpoint: sandbox.awsUrl,
    forcePathStyle: true,
    region: "af-south-1",
    credentials: { accessKeyId: `trial-of-${logicalIdOf(functionId)}`, secretAccessKey: "sandbox" },
    maxAttempts: 1,
  });
const logicalIdOf = (beginning: string): string =>
  sandbox.deployment.resources.find(
    ({ type, logicalId }) => type === "AWS::Lambda::Function" && logicalId.startsWith(beginning),
  )!.logicalId;
const nameOf = (type: string, beginning: string): string =>
  sandbox.deployment.resources.find((one) => one.type === type && one.logicalId.startsWith(beginning))!.ref;

const engine = (): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: sandbox.dynamoDbUrl,
    region: "af-south-1",
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });

const bucket = (): string => nameOf("AWS::S3::Bucket", "ArchiveBucket");
const archive = () => s3ArchiveReader(s3As("DailyRoot"), bucket());

const verify = (): Promise<Verified> => {
  const today = nairobiDay(sandbox.clock.now());
  const table = nameOf("AWS::DynamoDB::Table", "Transactions");
  const reader = { dynamo: engine(), table, wait: () => Promise.resolve(), random: Math.random };
  return verifyArchive(
    { archive: archive(), proofs: (ids) => readProofs(reader, ids), onDay: () => undefined },
    { from: null, to: today, rootsUntil: nairobiDay(sandbox.clock.now() - DAY_SECONDS * 1000) },
  );
};

const names = async (prefix: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const key of archive().list(prefix)) found.push(key);
  return found;
};

const tamper = (id: string, expression: string, value: AttributeValue) =>
  engine().send(
    new UpdateItemCommand({
      TableName: nameOf("AWS::DynamoDB::Table", "Transactions"),
      Key: { pk: { S: id } },
      UpdateExpression: expression,
      ExpressionAttributeValues: { ":value": value },
    }),
  );

interface Timeline {
  readonly transaction: { readonly id: string };
  readonly chain: { readonly intact: boolean; readonly problem: string | null };
  readonly data: readonly { readonly finding: string }[];
}

const listed = async (): Promise<readonly PaymentBody[]> =>
  (await json<{ data: PaymentBody[] }>(ask("/v1/payments?limit=100"))).data;

/** Everything that the auditor is told of these payments, as it is told. */
const told = async (payments: readonly PaymentBody[]): Promise<readonly string[]> => {
  const paths = payments.flatMap(({ id, receipt }) => [
    `/v1/transactions/${id}/history`,
    ...(receipt === null ? [] : [`/v1/audit?q=${receipt}`]),
  ]);
  return Promise.all(
    paths.map(async (asked) => {
      const answer = await ask(asked);
      expect(answer.status, asked).toBe(200);
      return answer.text();
    }),
  );
};

/** Exports the table, loses it and everything in it, and restores it. */
const loseAndRestore = async (table: string): Promise<number> => {
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-lost-"));
  const dynamo = engine();
  try {
    await exportTable({ dynamo, clock: Date }, table, directory);
    await dropTable(dynamo, table);
    const patience = { wait: () => Promise.resolve(), random: Math.random };
    return await restoreTable({ dynamo, ...patience }, directory, table);
  } finally {
    dynamo.destroy();
    rmSync(directory, { recursive: true });
  }
};

// What is lost is lost for whoever comes after, so one follows the other.
describe("an auditor", { shuffle: false }, () => {
  test(
    "from a receipt to the whole story in one request; a day's root over all of it; and one changed byte that shows",
    { timeout: 240_000 },
    async () => {
      const payment = await paid();

      sandbox.calls.reset();
      const answer = await json<{ read_as: string; data: Timeline[] }>(ask(`/v1/audit?q=${payment.receipt!}`));
      expect(answer).toMatchObject({
        read_as: "receipt",
        data: [{ transaction: { id: payment.id }, chain: { intact: true } }],
      });
      // The callback and the paybill's confirmation may both find something to add.
      expect(answer.data[0]!.data.map(({ finding }) => finding).slice(0, 3)).toEqual(["created", "accepted", "paid"]);
      const reads = sandbox.calls
        .counts()
        .filter(({ caller, service }) => /^Audit/.test(caller) && service === "dynamodb");
      expect(reads.map(({ operation, count }) => [operation, count]).sort()).toEqual([
        ["BatchGetItem", 1],
        ["GetItem", 1],
      ]);

      const page = await ask(`/v1/transactions/${payment.id}/dossier`, { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'; style-src 'sha256-/);
      expect(await page.text()).toContain("Nothing was changed.");

      const archived = () => verify().then(({ entries }) => entries);
      await until(archived, (entries) => entries >= 3);
      sandbox.clock.travel(DAY_SECONDS * 1_000);
      await until(
        () => names("roots/"),
        (roots) => roots.length > 0,
        60_000,
      );
      expect(await verify()).toMatchObject({ findings: [] });

      const [root] = await names("roots/");
      const s3 = s3As("DailyRoot");
      const overwrite = new PutObjectCommand({ Bucket: bucket(), Key: root, Body: "{}", ChecksumAlgorithm: "SHA256" });
      await expect(s3.send(overwrite)).rejects.toThrow(/not allow|locked/);
      await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: root }))).rejects.toThrow(
        /not allow|locked/,
      );

      await tamper(payment.id, "SET l[2].b = :value", { S: "key:nobody" });
      const broken = await json<{ timeline: Timeline }>(ask(`/v1/transactions/${payment.id}/dossier`));
      expect(broken.timeline.chain).toMatchObject({
        intact: false,
        problem: expect.stringMatching(/digest/) as string,
      });
      expect((await verify()).findings).toEqual([
        { where: payment.id, what: expect.stringMatching(/entry 2/) as string },
      ]);

      await tamper(payment.id, "SET a = :value", { N: "100" });
      const rings = () => sandbox.functions.find("ArchiveEntries").logs();
      await until(
        () => Promise.resolve(rings()),
        (lines) => JSON.stringify(lines).includes("archive.ledger_rewritten"),
      );
      expect(sandbox.guard.denials()).toEqual([]);
    },
  );

  test(
    "is told the same by tables that were lost and restored from their export, hash for hash",
    { timeout: 240_000 },
    async () => {
      await paid();
      // M-PESA confirms each push a moment after its result.
      await until(
        async () => Promise.all((await listed()).map((payment) => told([payment]))),
        (answers) => answers.every(([history = ""]) => history.includes('"source":"c2b"')),
      );
      sandbox.schedules.stop();
      sandbox.mappings.stop();
      await until(
        () => Promise.resolve(sandbox.functions.all.reduce((sum, fn) => sum + fn.running(), 0)),
        (running) => running === 0,
      );
      const payments = await listed();
      expect(payments.length).toBeGreaterThanOrEqual(2);
      const before = await told(payments);
      expect(before.join()).toMatch(/"digest":"[0-9a-f]{64}"/);

      const restored = await loseAndRestore(nameOf("AWS::DynamoDB::Table", "Transactions"));
      expect(restored).toBeGreaterThanOrEqual(payments.length);
      expect(await loseAndRestore(nameOf("AWS::DynamoDB::Table", "Directory"))).toBeGreaterThan(0);
      expect(await told(payments)).toEqual(before);
    },
  );
});
