import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { CorruptItem } from "../../../functions/store/attributes.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { freshReceipt, paid } from "./samples.ts";
import { pending, paymentHistory } from "./steps.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

const settled = async (): Promise<{ id: string; item: NonNullable<Awaited<ReturnType<TestLedger["item"]>>> }> => {
  const asked = await pending(test);
  await test.ledger.record(asked.id, paid(asked, freshReceipt()));
  return { id: asked.id, item: (await test.item(asked.id))! };
};

const put = (Item: Awaited<ReturnType<typeof settled>>["item"]) =>
  test.client.send(new PutItemCommand({ TableName: test.deps.tables.transactions, Item }));

const verdict = async (id: string) => {
  const { payment, head } = await paymentHistory(test, id);
  return verifyChain(id, payment.history, head);
};

describe("an item that somebody else has changed", () => {
  it("is a fault that names the attribute and not its value, never a guess", async () => {
    const { id, item } = await settled();
    for (const name of [AT.state, AT.version, AT.amount, AT.maskedPhone, AT.shortcode, AT.history, AT.digests]) {
      await put({ ...item, [name]: { BOOL: true } });
      const fault = await test.ledger.read(id).catch((error: unknown) => error);
      expect(fault, name).toBeInstanceOf(CorruptItem);
      expect((fault as Error).message).toContain(`"${name}"`);
    }
  });
});

describe("a history that somebody else has changed", () => {
  it("is intact as long as nobody did", async () => {
    const { id } = await settled();
    expect(await verdict(id)).toEqual({ intact: true });
  });

  it("shows a changed entry, one that is missing in the middle or at the end, and two that changed places", async () => {
    const { id, item } = await settled();
    const [created, taken, paidEntry] = item["l"]!.L!;
    const [d0, d1, d2] = item["dd"]!.L!;
    const changed = { M: { ...paidEntry!.M!, m: { M: { ...paidEntry!.M!["m"]!.M!, a: { N: "1" } } } } };
    const forgeries = [
      { l: [created, taken, changed], dd: [d0, d1, d2] },
      { l: [created, paidEntry], dd: [d0, d1, d2] },
      { l: [created, taken], dd: [d0, d1, d2] },
      { l: [created, taken, paidEntry], dd: [d0, d1] },
      { l: [taken, created, paidEntry], dd: [d0, d1, d2] },
      { l: [created, taken, paidEntry], dd: [d1, d0, d2] },
    ];
    for (const { l, dd } of forgeries) {
      await put({ ...item, l: { L: l as never }, dd: { L: dd as never } });
      expect(await verdict(id)).toMatchObject({ intact: false });
    }
  });
});
