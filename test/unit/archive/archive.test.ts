/** From the ledger's writes through the archive and the days' roots to the verdict: one changed byte is found, anywhere. */
import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ArchiveLine } from "../../../functions/domain/archive-line.ts";
import { DayRoot, isWhole } from "../../../functions/domain/chain-root.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import type { Metric } from "../../../functions/runtime/metrics.ts";
import type { StreamedWrite } from "../../../functions/runtime/stream.ts";
import { readProofs } from "../../../functions/store/ledger-proof.ts";
import { archiveEntries } from "../../../functions/workers/archive-entries.ts";
import { dailyRoot } from "../../../functions/workers/daily-root.ts";
import { verifyArchive } from "../../../operator/verify-archive.ts";
import { LIMITS, NOW, startLedger } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { accepted, evidence, freshReceipt, intent, paid } from "../store/samples.ts";
import { createMemoryArchive, createStream } from "./memory-archive.ts";

const DAY = 86_400_000;
/** Noon in Nairobi. */
const FIRST_DAY = "2026-11-21";
const NEXT_DAY = "2026-11-22";

let test: TestLedger;
let world: ReturnType<typeof start>;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  world = start();
});
afterAll(() => test.close());

const start = () => {
  const { files, archive } = createMemoryArchive();
  const counted: Metric[] = [];
  const logged: string[] = [];
  const note = (code: string): void => void logged.push(code);
  const log = { info: note, error: note };
  const clock = { now: () => test.time.now };
  const take = archiveEntries({ archive, clock, log, count: (metric) => void counted.push(metric) });
  const stream = createStream((id) => test.item(id));
  const close = (remainingMs = 600_000) => dailyRoot({ archive, clock, log })({ remainingMs: () => remainingMs });
  const verify = (from: string | null = null, rootsUntil = FIRST_DAY) =>
    verifyArchive(
      {
        archive,
        proofs: (ids) =>
          readProofs({ ...test.deps, dynamo: test.deps.dynamo, table: test.deps.tables.transactions }, ids),
        onDay: () => undefined,
      },
      { from, to: "2026-11-30", rootsUntil },
    );
  return { files, archive, counted, logged, take, stream, close, verify };
};

/** A payment that was opened, taken and paid, told to the archive write by write. */
const lived = async (): Promise<PaymentIntent> => {
  const asked = intent();
  const tell = async (): Promise<void> => world.take(await world.stream.writesTo(asked.id));
  await test.ledger.open(asked, LIMITS);
  await tell();
  await test.ledger.record(asked.id, accepted(asked));
  await tell();
  await test.ledger.record(asked.id, paid(asked, freshReceipt()));
  await tell();
  return asked;
};

const linesIn = (key: string): readonly ArchiveLine[] =>
  gunzipSync(world.files.get(key)!)
    .toString()
    .trim()
    .split("\n")
    .map((line) => ArchiveLine.parse(JSON.parse(line)));

const everyLine = (): readonly ArchiveLine[] =>
  [...world.files.keys()].filter((key) => key.startsWith("entries/")).flatMap(linesIn);

const closeFirstDay = async (): Promise<DayRoot> => {
  test.time.now = NOW + DAY;
  await world.close();
  return DayRoot.parse(JSON.parse(Buffer.from(world.files.get(`roots/${FIRST_DAY}.json`)!).toString()));
};

const change = (id: string, expression: string, values: Record<string, { S: string } | { N: string }>) =>
  test.client.send(
    new UpdateItemCommand({
      TableName: test.deps.tables.transactions,
      Key: { pk: { S: id } },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    }),
  );

const whatIsFound = async (): Promise<readonly string[]> =>
  (await world.verify()).findings.map(({ where, what }) => `${where}: ${what}`);

describe("the archive", () => {
  it("has every entry of a life with its sealed text, and no clear phone number", async () => {
    const asked = await lived();
    const entries = everyLine().flatMap((line) => (line.kind === "entry" ? [line] : []));
    expect(entries.map(({ id, index, entry }) => [id, index, entry.finding])).toEqual([
      [asked.id, 0, "created"],
      [asked.id, 1, "accepted"],
      [asked.id, 2, "paid"],
    ]);
    expect(entries[2]!.sealed).not.toBeNull();
    const text = JSON.stringify(everyLine());
    expect(text).not.toContain(asked.phone);
    expect(text).not.toContain(asked.phone.slice(3));
    expect(world.counted).toEqual([]);
  });

  it("writes a batch that comes again only once, and nothing for writes that tell nothing", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const writes = await world.stream.writesTo(asked.id);
    await world.take(writes);
    await world.take(writes);
    expect(world.files.size).toBe(1);
    await world.take(await world.stream.writesTo(asked.id, "receipt#NOBODY0001"));
    expect(world.files.size).toBe(1);
  });

  it("keeps a text that changed nothing", async () => {
    const asked = await lived();
    const raw = `{"odd":"${asked.phone}"}`;
    await test.ledger.record(asked.id, evidence({ finding: "unknown", because: "late" }, { raw }));
    const { kept } = (await test.ledger.history(asked.id))!;
    const key = `evidence#${asked.id}#${kept[0]!.raw.hash}`;
    await world.take(await world.stream.writesTo(key));
    expect(everyLine().at(-1)).toMatchObject({ kind: "evidence", id: key, rawHash: kept[0]!.raw.hash });
    await closeFirstDay();
    expect(await whatIsFound()).toEqual([]);
  });

  it.each<[string, (asked: PaymentIntent) => Promise<unknown>, string]>([
    [
      "money changed without an entry",
      ({ id }) => change(id, "SET a = :a", { ":a": { N: "1" } }),
      "money_changed_without_entry",
    ],
    [
      "an entry was taken out",
      ({ id }) => change(id, "SET x = :x REMOVE l[2], dd[2]", { ":x": { S: "p" } }),
      "history_rewritten",
    ],
    [
      "an item was taken away",
      ({ id }) =>
        test.client.send(new DeleteItemCommand({ TableName: test.deps.tables.transactions, Key: { pk: { S: id } } })),
      "removed",
    ],
  ])("rings when %s", async (_, tamper, because) => {
    const asked = await lived();
    await tamper(asked);
    await world.take(await world.stream.writesTo(asked.id));
    expect(everyLine().filter(({ kind }) => kind === "broken")).toContainEqual({
      kind: "broken",
      id: asked.id,
      because,
    });
    expect(world.counted).toContain("LedgerRewritten");
    expect((await whatIsFound()).length).toBeGreaterThan(0);
  });
});

describe("the day's root", () => {
  it("waits until the day is over, is written once, and names the day before", async () => {
    await lived();
    expect(await world.close()).toEqual({ written: 0 });
    const first = await closeFirstDay();
    expect(first).toMatchObject({ date: FIRST_DAY, previous: null, histories: 1, files: 3 });
    expect(isWhole(first)).toBe(true);
    expect(await world.close()).toEqual({ written: 0 });
    test.time.now = NOW + 3 * DAY;
    expect(await world.close()).toEqual({ written: 2 });
    const next = DayRoot.parse(JSON.parse(Buffer.from(world.files.get(`roots/${NEXT_DAY}.json`)!).toString()));
    expect(next).toMatchObject({ previous: first.root, histories: 0, files: 0 });
  });

  it("is the same however a day's writes were cut into files", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const first = await world.stream.writesTo(asked.id);
    await test.ledger.record(asked.id, accepted(asked));
    const second = await world.stream.writesTo(asked.id);
    const heads = async (...batches: readonly (readonly StreamedWrite[])[]) => {
      world = start();
      test.time.now = NOW;
      for (const batch of batches) await world.take(batch);
      return (await closeFirstDay()).heads;
    };
    const whole = await heads([...first, ...second]);
    expect(await heads(first, second)).toBe(whole);
    expect(await heads([...first, ...second], second, first)).toBe(whole);
    expect(await heads(first)).not.toBe(whole);
  });

  it("is not begun without the time to end it", async () => {
    await lived();
    test.time.now = NOW + DAY;
    expect(await world.close(60_000)).toEqual({ written: 0 });
  });
});

describe("the verdict", () => {
  it("is that all agrees, of a ledger that only grew", async () => {
    await lived();
    await lived();
    await closeFirstDay();
    expect(await world.verify()).toMatchObject({ days: 1, files: 6, entries: 6, histories: 2, findings: [] });
  });

  it.each<[string, (id: string) => Promise<unknown>, RegExp]>([
    ["an amount", (id) => change(id, "SET a = :a", { ":a": { N: "1" } }), /about its money/],
    ["a receipt", (id) => change(id, "SET i = :i", { ":i": { S: "TKL9999999" } }), /about its money/],
    [
      "who said it",
      (id) => change(id, "SET l[1].b = :b", { ":b": { S: "key:nobody" } }),
      /entry 1: the entry's digest/,
    ],
    [
      "a time in the history",
      (id) => change(id, "SET l[0].a = :a", { ":a": { N: "1" } }),
      /entry 0: the entry's digest/,
    ],
  ])("finds %s that was changed on the ledger behind the stream's back", async (_, tamper, finding) => {
    const { id } = await lived();
    await closeFirstDay();
    await tamper(id);
    const found = await whatIsFound();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(finding);
    expect(found[0]).toContain(id);
  });

  it("finds a sealed text that was changed on the ledger, without opening it", async () => {
    const { id } = await lived();
    const item = (await test.item(id))!;
    const sealed = Uint8Array.from(item["l"]!.L![2]!.M!["z"]!.B!);
    sealed[20] = sealed[20]! ^ 1;
    await closeFirstDay();
    await test.client.send(
      new UpdateItemCommand({
        TableName: test.deps.tables.transactions,
        Key: { pk: { S: id } },
        UpdateExpression: "SET l[2].z = :z",
        ExpressionAttributeValues: { ":z": { B: sealed } },
      }),
    );
    expect(await whatIsFound()).toEqual([expect.stringMatching(/what entry 2 received/)]);
  });

  it("finds one bit that was changed in any file of the archive", async () => {
    await lived();
    await closeFirstDay();
    for (const [key, bytes] of [...world.files]) {
      const changed = Uint8Array.from(bytes);
      const middle = Math.floor(changed.length / 2);
      changed[middle] = changed[middle]! ^ 1;
      world.files.set(key, changed);
      expect((await world.verify()).findings.length, key).toBeGreaterThan(0);
      world.files.set(key, bytes);
    }
    expect(await whatIsFound()).toEqual([]);
  });

  it("finds a file that somebody wrote anew with an entry that fits in itself, and one that is missing", async () => {
    await lived();
    await closeFirstDay();
    const [key, bytes] = [...world.files].find(([name]) => name.startsWith("entries/"))!;
    world.files.set(key, gzipSync(gunzipSync(bytes), { level: 1 }));
    expect(await whatIsFound()).toEqual([expect.stringMatching(/files of the day give another root/)]);
    world.files.delete(key);
    expect((await whatIsFound()).join("\n")).toMatch(/another root/);
  });

  it("finds a root that was changed or is missing", async () => {
    await lived();
    const root = await closeFirstDay();
    const key = `roots/${FIRST_DAY}.json`;
    world.files.set(key, Buffer.from(JSON.stringify({ ...root, histories: 7 })));
    expect(await whatIsFound()).toEqual([expect.stringMatching(/does not match what it says/)]);
    world.files.delete(key);
    expect(await whatIsFound()).toEqual([`${FIRST_DAY}: the day has no root`]);
  });

  it("finds what the ledger lost", async () => {
    const { id } = await lived();
    await closeFirstDay();
    await test.client.send(new DeleteItemCommand({ TableName: test.deps.tables.transactions, Key: { pk: { S: id } } }));
    expect(await whatIsFound()).toEqual([`${id}: the archive has it, and the ledger has not`]);
  });
});
