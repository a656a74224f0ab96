/** The restore drill on a real engine: what was exported comes back to the byte, and nothing less is taken for it. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeleteItemCommand, DescribeTableCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compare } from "../../../operator/drill/compare.ts";
import { exportTable } from "../../../operator/drill/export-table.ts";
import { exportedItems, readManifest } from "../../../operator/drill/exported.ts";
import { restoreTable } from "../../../operator/drill/restore-table.ts";
import { makeTable } from "../../../operator/drill/table-shape.ts";
import { drillCommand } from "../../../operator/drill-command.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { NOW, startLedger } from "../store/database.ts";
import type { EngineLedger } from "../store/database.ts";
import { freshReceipt, paid } from "../store/samples.ts";
import { pending } from "../store/steps.ts";
import { recordingTerminal } from "./fakes.ts";

let test: EngineLedger;
let directory = "";
const made: string[] = [];
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "malipo-drill-"));
  made.push(directory);
});
afterAll(() => {
  made.forEach((each) => rmSync(each, { recursive: true }));
  test.close();
});

const settled = async () => {
  const payment = await pending(test);
  await test.ledger.record(payment.id, paid(payment, freshReceipt()));
  return payment;
};
const deps = () => ({ dynamo: test.client, clock: { now: () => NOW }, wait: () => Promise.resolve(), random: () => 0 });
const table = (): string => test.deps.tables.transactions;
const anotherName = (): string => `restored-${randomUUID()}`;

const restored = async (): Promise<string> => {
  const name = anotherName();
  await exportTable(deps(), table(), directory);
  await restoreTable(deps(), directory, name);
  return name;
};
const compared = (name: string) => compare({ reader: deps(), directory, original: table(), restored: name });
const key = (id: string) => ({ pk: { S: id } });
const update = (name: string, id: string, change: { expression: string; value: AttributeValue }): Promise<unknown> =>
  test.client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: key(id),
      UpdateExpression: change.expression,
      ExpressionAttributeValues: { ":value": change.value },
    }),
  );

describe("a ledger that is exported and restored", () => {
  it("is the same table: every item, every hash of every history, every index", async () => {
    const payment = await settled();
    const name = await restored();
    const { items, same, goneOn, findings } = await compared(name);
    expect(findings).toEqual([]);
    expect(items).toBe(readManifest(directory).items);
    expect(same).toBeGreaterThan(0);
    expect(goneOn).toBe(0);
    expect(await test.item(payment.id, name)).toEqual(await test.item(payment.id));
    const shape = async (of: string) =>
      (await test.client.send(new DescribeTableCommand({ TableName: of }))).Table?.GlobalSecondaryIndexes?.map(
        ({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }),
      ).sort((a, b) => (a.IndexName! < b.IndexName! ? -1 : 1));
    expect(await shape(name)).toEqual(await shape(table()));
  });

  it("may have gone on since: then the restored history is how the original's begins", async () => {
    const payment = await pending(test);
    const name = await restored();
    await test.ledger.record(payment.id, paid(payment, freshReceipt()));
    expect(await compared(name)).toMatchObject({ goneOn: 1, findings: [] });
  });

  it.each([
    [
      "an item is missing",
      (name: string, id: string): Promise<unknown> =>
        test.client.send(new DeleteItemCommand({ TableName: name, Key: key(id) })),
    ],
    [
      "an entry of a history was changed",
      (name: string, id: string) => update(name, id, { expression: "SET l[0].b = :value", value: { S: "key:nobody" } }),
    ],
    [
      "an amount was changed",
      (name: string, id: string) => update(name, id, { expression: "SET a = :value", value: { N: "1" } }),
    ],
    [
      "there is something more",
      (name: string) =>
        test.client.send(new PutItemCommand({ TableName: name, Item: { pk: { S: "receipt#NOBODYS" } } })),
    ],
  ])("is refused when %s", async (_what, change) => {
    const payment = await settled();
    const name = await restored();
    await change(name, payment.id);
    const { findings } = await compared(name);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.join()).toMatch(_what.startsWith("there") ? /items, and/ : new RegExp(payment.id));
  });
});

describe("what a restore will not do", () => {
  it("fill a table that is there already", async () => {
    await settled();
    await exportTable(deps(), table(), directory);
    await expect(restoreTable(deps(), directory, table())).rejects.toThrow(NotDone);
  });

  it("take a file that is not the one that was exported", async () => {
    await settled();
    await exportTable(deps(), table(), directory);
    const [file = ""] = readdirSync(path.join(directory, "data"));
    writeFileSync(path.join(directory, "data", file), "something else");
    expect(() => [...exportedItems(directory)]).toThrow("is not what was exported");
  });

  it("let a stream see the filling: it is opened when the table is full", async () => {
    const [source, name] = [anotherName(), anotherName()];
    const shape = {
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" as const }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }],
    };
    await makeTable(test.client, source, shape);
    const { Table } = await test.client.send(new DescribeTableCommand({ TableName: source }));
    expect(Table?.StreamSpecification).toBeUndefined();
    await exportTable(deps(), source, directory);
    const manifest = JSON.stringify({
      ...readManifest(directory),
      shape: { ...shape, StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } },
    });
    writeFileSync(path.join(directory, "manifest.json"), manifest);
    await restoreTable(deps(), directory, name);
    const after = await test.client.send(new DescribeTableCommand({ TableName: name }));
    expect(after.Table).toMatchObject({ StreamSpecification: { StreamEnabled: true } });
  });
});

describe("npm run drill", () => {
  const run = async (...words: string[]): Promise<readonly string[]> => {
    const { terminal, answers } = recordingTerminal();
    await drillCommand({ ...deps(), terminal }, words);
    return answers;
  };

  it("does the whole drill with one word, and leaves no table behind", async () => {
    await settled();
    const answers = await run("all", "--tables", table(), "--to", directory);
    expect(answers).toEqual([
      expect.stringMatching(/^exported transactions-\S+: \d+ items in 1 file$/),
      expect.stringMatching(/^restored transactions-\S+-drill-\w+: \d+ items$/),
      expect.stringMatching(/^compared \S+ with \S+: \d+ items, \d+ histories the same$/),
    ]);
    const name = /^restored (\S+):/.exec(answers[1]!)![1]!;
    await expect(test.client.send(new DescribeTableCommand({ TableName: name }))).rejects.toThrow("non-existent");
  });

  it("does each step alone, and says no when they differ", async () => {
    const payment = await settled();
    const from = path.join(directory, table());
    const name = anotherName();
    await run("export", "--tables", table(), "--to", directory);
    await run("restore", "--from", from, "--table", name);
    await run("compare", "--from", from, "--table", name);
    await test.client.send(new DeleteItemCommand({ TableName: name, Key: key(payment.id) }));
    await expect(run("compare", "--from", from, "--table", name)).rejects.toThrow("Do not use it");
  });

  it("lays a table that was restored by other means beside its original, which may have gone on", async () => {
    const payment = await pending(test);
    const name = await restored();
    await run("export", "--tables", name, "--to", directory);
    await test.ledger.record(payment.id, paid(payment, freshReceipt()));
    const from = path.join(directory, name);
    const answers = await run("compare", "--from", from, "--table", name, "--original", table());
    expect(answers.join()).toMatch(/1 have gone on since and begin the same$/);
  });

  it("explains itself, and refuses what it does not know", async () => {
    expect((await run("--help")).join()).toContain("npm run drill -- compare");
    await expect(run("undo")).rejects.toThrow(CalledWrongly);
    await expect(run("all", "--tables", "no-such-table", "--to", directory)).rejects.toThrow("No table's name");
  });
});
