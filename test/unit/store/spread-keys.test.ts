/** API keys while the pepper rotates: none dies, none comes back from the dead, none is planted. */
import { randomBytes, randomUUID } from "node:crypto";
import { PutItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, describe, expect, it } from "vitest";
import type { Rotating } from "../../../functions/domain/rotating.ts";
import { nextPepper } from "../../../functions/domain/rotating.ts";
import type { Directory, NewKey } from "../../../functions/store/directory.ts";
import { createDirectory } from "../../../functions/store/dynamo-directory.ts";
import { createKeySpreader } from "../../../functions/store/spread-keys.ts";
import { connect, makeTable, NOW } from "./database.ts";

const client = connect();
afterAll(() => client.destroy());

const PEPPERS = ["first", "second", "third", "fourth", "fifth"].map((name) => `the ${name} pepper, long enough`);

const setUp = async () => {
  const table = await makeTable(client, "directory");
  const shelf = { dynamo: client, table, newToken: randomUUID, wait: () => Promise.resolve(), random: () => 0.5 };
  const under = (pepper: Rotating): Directory =>
    createDirectory({ ...shelf, pepper: () => Promise.resolve(pepper), clock: { now: () => NOW }, randomBytes });
  const spread = createKeySpreader(shelf);
  const first: Rotating = { current: PEPPERS[0]! };
  await under(first).putStorefront({ id: "shop", name: "Shop", shortcode: null, references: [], isDefault: true });
  /** The pepper after a rotation that took every key along. */
  const rotated = async (now: Rotating, fresh: string): Promise<Rotating> => {
    await spread({ now, next: fresh });
    return nextPepper(now, fresh);
  };
  const rows = async (): Promise<number> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    return Items.filter(({ pk }) => pk?.S?.startsWith("key#")).length;
  };
  return { table, under, spread, first, rotated, rows };
};

const wanted = (name = "key"): NewKey => ({
  storefront: "shop",
  name,
  scopes: ["payments:read"],
  tier: "standard",
  usageIdentifier: `usage of ${name}`,
  mode: "test",
});

describe("an API key", () => {
  it("that nobody uses outlives any number of rotations, at one read each time", async () => {
    const { under, first, rotated, rows } = await setUp();
    const { key, clearText } = await under(first).createKey(wanted());
    let pepper = first;
    for (const fresh of PEPPERS.slice(1)) {
      const before = pepper;
      pepper = await rotated(pepper, fresh);
      expect(await under(pepper).findKey(clearText)).toEqual(key);
      expect(await under({ current: fresh }).findKey(clearText)).toEqual(key);
      expect(await under(before).findKey(clearText), "with a pepper from the cache").toEqual(key);
    }
    expect(await rows()).toBe(2);
    expect(await under(pepper).listKeys("shop")).toEqual([key]);
  });

  it("is found under both peppers before the next is in force", async () => {
    const { under, spread, first } = await setUp();
    const { key, clearText } = await under(first).createKey(wanted());
    expect(await spread({ now: first, next: PEPPERS[1]! })).toEqual({ keys: 1, added: 1 });
    for (const pepper of PEPPERS.slice(0, 2)) expect(await under({ current: pepper }).findKey(clearText)).toEqual(key);
    expect(await spread({ now: first, next: PEPPERS[1]! })).toEqual({ keys: 1, added: 0 });
  });

  it("that was made while the others were taken along is found, and taken along the next time", async () => {
    const { under, spread, first, rotated } = await setUp();
    await spread({ now: first, next: PEPPERS[1]! });
    const { key, clearText } = await under(first).createKey(wanted());
    const second = nextPepper(first, PEPPERS[1]!);
    expect(await under(second).findKey(clearText)).toEqual(key);
    const third = await rotated(second, PEPPERS[2]!);
    expect(await under(third).findKey(clearText)).toEqual(key);
    const fourth = await rotated(third, PEPPERS[3]!);
    expect(await under(fourth).findKey(clearText)).toEqual(key);
  });

  it("outlives a rotation that was begun and given up", async () => {
    const { under, spread, first, rotated, rows } = await setUp();
    const { key, clearText } = await under(first).createKey(wanted());
    await spread({ now: first, next: "a pepper that never came into force" });
    expect(await under(first).findKey(clearText)).toEqual(key);
    const second = await rotated(first, PEPPERS[1]!);
    expect(await under(second).findKey(clearText)).toEqual(key);
    expect(await rows()).toBe(2);
  });

  it("is taken along once by two that do it at the same time", async () => {
    const { under, spread, first, rows } = await setUp();
    const made = await Promise.all(Array.from({ length: 6 }, (_, at) => under(first).createKey(wanted(`key ${at}`))));
    const peppers = { now: first, next: PEPPERS[1]! };
    const [one, other] = await Promise.all([spread(peppers), spread(peppers)]);
    expect(one.added + other.added).toBe(6);
    expect(await rows()).toBe(12);
    for (const { key, clearText } of made)
      expect(await under({ current: PEPPERS[1]! }).findKey(clearText)).toEqual(key);
  });
});

describe("a revoked key", () => {
  it("is revoked under every pepper, whether before, between or after", async () => {
    const { under, first, rotated } = await setUp();
    const [before, between, after] = await Promise.all(
      ["before", "between", "after"].map((name) => under(first).createKey(wanted(name))),
    );
    await under(first).revokeKey(before!.key.id);
    const second = await rotated(first, PEPPERS[1]!);
    await under(second).revokeKey(between!.key.id);
    const third = await rotated(second, PEPPERS[2]!);
    await under(third).revokeKey(after!.key.id);
    for (const pepper of PEPPERS)
      for (const { clearText } of [before!, between!, after!])
        expect(await under({ current: pepper }).findKey(clearText)).toBeNull();
    const listed = await under(third).listKeys("shop");
    expect(listed.map(({ revokedAt }) => revokedAt)).toEqual([NOW, NOW, NOW]);
  });

  it("stays revoked when it is taken along in the very moment", async () => {
    const { under, spread, first } = await setUp();
    const made = await Promise.all(Array.from({ length: 6 }, (_, at) => under(first).createKey(wanted(`key ${at}`))));
    await Promise.all([
      spread({ now: first, next: PEPPERS[1]! }),
      ...made.map(({ key }) => under(first).revokeKey(key.id)),
    ]);
    for (const { clearText } of made)
      for (const pepper of PEPPERS.slice(0, 2)) expect(await under({ current: pepper }).findKey(clearText)).toBeNull();
  });
});

describe("who can write to the table and knows no pepper", () => {
  it("plants no key: one that lies where no pepper puts it is not taken along, and says who", async () => {
    const { table, under, spread, first } = await setUp();
    const { key } = await under(first).createKey(wanted());
    const planted = { ...(await rowOf(table, key.id)), pk: { S: "key#planted" }, id: { S: "key_planted" } };
    await client.send(new PutItemCommand({ TableName: table, Item: planted }));
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { pk: { S: "id#key_planted" }, places: { L: [{ S: "key#planted" }] } },
      }),
    );
    await expect(spread({ now: first, next: PEPPERS[1]! })).rejects.toThrow(/key_planted lies where no pepper/);
  });

  it("gives no key another's text: the digest has to fit the place", async () => {
    const { table, under, spread, first } = await setUp();
    const { key } = await under(first).createKey(wanted());
    const { pk } = await rowOf(table, key.id);
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: pk! },
        UpdateExpression: "SET digest = :own",
        ExpressionAttributeValues: { ":own": { B: randomBytes(32) } },
      }),
    );
    await expect(spread({ now: first, next: PEPPERS[1]! })).rejects.toThrow(/lies where no pepper/);
  });
});

const rowOf = async (table: string, id: string) => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.find((item) => item["id"]?.S === id && item["pk"]?.S?.startsWith("key#"))!;
};
