/** Erasing a person: gone from the ledger, from searches and from the archive; the money and its proof stay. */
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { readProofs } from "../../../functions/store/ledger-proof.ts";
import { ChangedMeanwhile, erasePerson } from "../../../functions/store/erase-person.ts";
import { byName, ofPerson, SETTLES_MS } from "../../../functions/store/person.ts";
import type { PersonsItem } from "../../../functions/store/person.ts";
import { withoutSalt } from "../../../functions/store/salt.ts";
import { archiveEntries } from "../../../functions/workers/archive-entries.ts";
import { verifyArchive } from "../../../operator/verify-archive.ts";
import { LIMITS, NOW, startLedger } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { accepted, evidence, freshReceipt, intent, paid, pushOf, unpaid } from "../store/samples.ts";
import { createMemoryArchive, createStream } from "./memory-archive.ts";

const ERASURE = { by: "operator", requestId: "erasure-1", because: "request 17 of 2026" };

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
});
afterAll(() => test.close());

const archiveOf = () => {
  const { files, archive } = createMemoryArchive();
  const rung: string[] = [];
  const note = () => undefined;
  const clock = { now: () => test.time.now };
  const take = archiveEntries({
    archive,
    clock,
    log: { info: note, error: note },
    count: (name) => void rung.push(name),
  });
  const stream = createStream((id) => test.item(id));
  const verify = () =>
    verifyArchive(
      {
        archive,
        proofs: (ids) => readProofs({ ...test.deps, table: test.deps.tables.transactions }, ids),
        onDay: () => undefined,
      },
      { from: null, to: "2026-12-31", rootsUntil: "2026-01-01" },
    );
  return { files, rung, verify, tell: async (...ids: string[]) => take(await stream.writesTo(...ids)) };
};

/** A payment that was asked for and paid, with a message kept beside it. */
const lived = async (asked: PaymentIntent = intent()): Promise<{ asked: PaymentIntent; receipt: string }> => {
  const receipt = freshReceipt();
  await test.ledger.open(asked, LIMITS);
  await test.ledger.record(asked.id, accepted(asked));
  await test.ledger.record(asked.id, paid(asked, receipt));
  const raw = `{"odd":"${asked.phone}"}`;
  await test.ledger.record(asked.id, evidence({ finding: "unknown", because: "late" }, { raw }));
  return { asked, receipt };
};

const found = async ({ phone, storefront }: PaymentIntent): Promise<readonly PersonsItem[]> => {
  const items: PersonsItem[] = [];
  for await (const page of ofPerson(test.deps, phone, storefront)) items.push(...page);
  return items;
};

const keptKey = async (id: string): Promise<string> =>
  `evidence#${id}#${(await test.ledger.history(id))!.kept[0]!.raw.hash}`;

describe("erasing a person", () => {
  it("takes the number, what it is found by, and every text that spells it", async () => {
    const { asked } = await lived();
    const kept = await keptKey(asked.id);
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    const left = JSON.stringify([await test.item(asked.id), await test.item(kept)], (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    );
    expect(left).not.toContain(asked.phone.slice(3));
    expect(left).not.toContain(pushOf(asked).checkoutId);
    expect(left).not.toContain(await test.deps.vault.hash(asked.phone));
    expect(left).not.toContain(await test.deps.vault.hash(pushOf(asked).checkoutId));
    expect(left).not.toContain(Buffer.from(asked.fingerprint, "hex").toString("latin1"));
    const item = (await test.item(asked.id))!;
    expect(item["e"]).toBeUndefined();
    expect(item["l"]!.L!.map(({ M }) => M!["z"])).toEqual([undefined, undefined, undefined, undefined]);
    expect((await test.item(kept))!["z"]).toBeUndefined();
    expect(await found(asked)).toEqual([]);
  });

  it("leaves the money, its history and a chain that holds, and says what was done", async () => {
    const { asked, receipt } = await lived();
    const before = (await test.ledger.history(asked.id))!;
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    const after = (await test.ledger.history(asked.id))!;
    if (after.kind !== "payment" || before.kind !== "payment") throw new Error("a payment is a payment");
    expect(after.payment).toMatchObject({
      state: "succeeded",
      amount: shillings(1500),
      receipt,
      reference: asked.reference,
      phoneMasked: null,
      phoneHash: null,
      push: null,
      version: before.payment.version + 1,
    });
    expect(after.payment.history.slice(0, -1)).toEqual(before.payment.history);
    expect(after.payment.history.at(-1)).toMatchObject({
      finding: "erased",
      source: "operator",
      by: "operator",
      facts: { because: "request 17 of 2026" },
    });
    expect(after.raws).toEqual([]);
    expect(after.kept).toMatchObject([{ finding: "unknown", raw: { text: null } }]);
    const [proof] = await readProofs({ ...test.deps, table: test.deps.tables.transactions }, [asked.id]);
    expect(proof).toMatchObject({ broken: null });
    expect(
      (await test.ledger.find({ storefront: asked.storefront, text: receipt, as: null, cursor: null })).found,
    ).toHaveLength(1);
  });

  it("shuts the archive's copies for good, rings nothing, and the verdict stays that all agrees", async () => {
    const archive = archiveOf();
    const { asked } = await lived();
    const kept = await keptKey(asked.id);
    await archive.tell(asked.id, kept);
    const sealed = (await test.item(asked.id))!["l"]!.L![2]!.M!["z"]!.B!;
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    await archive.tell(asked.id, kept);
    expect(archive.rung).toEqual([]);
    expect(await archive.verify()).toMatchObject({ entries: 4, histories: 1, findings: [] });
    await expect(test.deps.vault.open(withoutSalt(sealed), asked.id)).rejects.toThrow("does not open");
    expect(await test.deps.vault.open(sealed, asked.id)).toBeInstanceOf(Uint8Array);
  });

  it("is not how anybody else can make a text go: without the entry that says so it is a finding", async () => {
    const archive = archiveOf();
    const { asked } = await lived();
    await archive.tell(asked.id);
    await test.client.send(
      new UpdateItemCommand({
        TableName: test.deps.tables.transactions,
        Key: { pk: { S: asked.id } },
        UpdateExpression: "REMOVE l[2].z",
      }),
    );
    expect((await archive.verify()).findings).toEqual([
      { where: asked.id, what: expect.stringMatching(/what entry 2 received/) },
    ]);
  });

  it("is not how anybody can take a kept text away, nor one that came after the erasure", async () => {
    const archive = archiveOf();
    const { asked } = await lived();
    const kept = await keptKey(asked.id);
    await archive.tell(asked.id, kept);
    const strip = (id: string, expression: string) =>
      test.client.send(
        new UpdateItemCommand({
          TableName: test.deps.tables.transactions,
          Key: { pk: { S: id } },
          UpdateExpression: expression,
          ...(expression.includes(":erased") ? { ExpressionAttributeValues: { ":erased": { BOOL: true } } } : {}),
        }),
      );
    await strip(kept, "SET er = :erased REMOVE z");
    expect((await archive.verify()).findings).toEqual([{ where: kept, what: expect.stringMatching(/not the one/) }]);
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    await archive.tell(asked.id);
    expect(await archive.verify()).toMatchObject({
      findings: [],
      erasures: [{ id: asked.id, by: "operator", because: "request 17 of 2026" }],
    });
    const last = (await test.item(asked.id))!["l"]!.L!.length - 1;
    await strip(asked.id, `REMOVE l[${last}].z`);
    expect((await archive.verify()).findings).toEqual([
      { where: asked.id, what: expect.stringMatching(/what entry \d received/) },
    ]);
  });

  it("rings when a kept text is changed or goes otherwise, and leaves one that comes twice as it came first", async () => {
    const archive = archiveOf();
    const { asked } = await lived();
    const kept = await keptKey(asked.id);
    await archive.tell(kept);
    const first = await test.item(kept);
    const raw = `{"odd":"${asked.phone}"}`;
    await test.ledger.record(asked.id, evidence({ finding: "unknown", because: "late" }, { raw }));
    expect(await test.item(kept)).toEqual(first);
    await archive.tell(kept);
    expect(archive.rung).toEqual([]);
    await test.client.send(
      new UpdateItemCommand({
        TableName: test.deps.tables.transactions,
        Key: { pk: { S: kept } },
        UpdateExpression: "REMOVE z",
      }),
    );
    await archive.tell(kept);
    expect(archive.rung).toEqual(["LedgerRewritten"]);
  });

  it("leaves a payment that late evidence contradicts in nothing", async () => {
    const { asked, receipt } = await lived();
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    await test.ledger.record(asked.id, paid(asked, receipt));
    const after = (await test.ledger.history(asked.id))!;
    expect(after.exceptions).toEqual([]);
  });

  it("reaches by its receipt what no number finds", async () => {
    const { asked, receipt } = await lived();
    test.time.now = NOW + SETTLES_MS + 60_000;
    expect((await byName(test.deps, receipt))?.map(({ id }) => id)).toEqual([asked.id]);
    expect((await byName(test.deps, asked.id))?.map(({ kept }) => kept)).toEqual([null]);
    expect(await byName(test.deps, "TKLNOBODY1")).toBeNull();
  });

  it("waits for what still moves, for a week after it ended, and for whoever looks into it", async () => {
    const moving = intent();
    await test.ledger.open(moving, LIMITS);
    const { asked: young } = await lived();
    const { asked: disputed } = await lived();
    await test.ledger.record(disputed.id, paid(disputed, freshReceipt()));
    expect((await found(young)).map(({ kept }) => kept)).toEqual(["young"]);
    test.time.now = NOW + SETTLES_MS + 60_000;
    expect((await found(moving)).map(({ kept }) => kept)).toEqual(["moving"]);
    expect((await found(disputed)).map(({ kept }) => kept)).toEqual(["disputed"]);
    expect((await found(young)).map(({ kept }) => kept)).toEqual([null]);
    const [one] = await found(moving);
    await expect(erasePerson(test.deps, one!, ERASURE)).rejects.toThrow(/can't be erased yet/);
  });

  it("writes nothing over what changed since it was read", async () => {
    const { asked } = await lived();
    test.time.now = NOW + SETTLES_MS + 60_000;
    const [one] = await found(asked);
    await erasePerson(test.deps, one!, ERASURE);
    await expect(erasePerson(test.deps, one!, ERASURE)).rejects.toThrow(ChangedMeanwhile);
    expect((await test.item(asked.id))!["l"]!.L!.filter(({ M }) => M!["f"]!.S === "er")).toHaveLength(1);
  });

  it("finds all of a person, however much there is, and nothing of anybody else", async () => {
    const first = intent();
    const ids: string[] = [];
    for (let made = 0; made < 20; made += 1) {
      const next = intent({ phone: first.phone, createdAt: NOW + made });
      await test.ledger.open(next, { ...LIMITS, perWindow: 100, uncompletedInRow: 100 });
      await test.ledger.record(next.id, unpaid(next));
      ids.push(next.id);
    }
    await lived();
    expect((await found(first)).map(({ id }) => id).sort()).toEqual(ids.sort());
  });
});
