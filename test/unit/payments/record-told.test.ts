/** What becomes of a payment that M-PESA tells of: known, recognised as one that we asked for, or opened. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { freshPhone, freshReceipt, paid, paidByQuery, unpaid } from "../store/samples.ts";
import { NOW } from "../store/database.ts";
import { msisdn, PHONE_FORMS, startDesk, STOREFRONTS, told, toldOf, SHORTCODE } from "./told-desk.ts";
import type { ToldDesk } from "./told-desk.ts";

let desk: ToldDesk;
let made = 0;
/** A reference that no other test has used. */
const newReference = (): string => `INV-${(made += 1)}`;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => {
  desk.shop.storefronts = STOREFRONTS;
  desk.shop.till = SHORTCODE;
  desk.counted.length = 0;
  desk.state.interfere = () => null;
});
afterAll(() => desk.close());

describe("a payment that nobody had asked for", () => {
  test("is opened as paid, with what M-PESA said kept sealed in its first entry", async () => {
    const heard = told({ receipt: freshReceipt(), reference: newReference(), amount: shillings(70) });
    const { told: outcome, paymentId } = await desk.tell(heard);
    expect(outcome).toBe("opened");
    const payment = await desk.read(paymentId);
    expect(payment).toMatchObject({
      ...{ source: "paybill", routing: "matched", storefront: "storefront", state: "succeeded" },
      ...{ amount: 7000, receipt: heard.receipt, reference: heard.reference, paidAt: heard.paidAt },
      ...{ payerName: "JANE", phoneMasked: "2547*****126", phoneHash: null, check: null, createdAt: heard.paidAt },
    });
    expect(payment.history).toHaveLength(1);
    expect(payment.history[0]).toMatchObject({ finding: "paid", to: "succeeded", source: "c2b" });
    const history = await desk.ledger.history(paymentId);
    expect(history?.raws.map(({ text }) => text)).toEqual([heard.raw]);
    expect(JSON.stringify(await desk.item(paymentId))).not.toContain(heard.raw);
  });

  test.each(["masked", "stars", "sha256", "mixed", "plain"] as const)(
    "with a number that is %s keeps it as what it is",
    async (form) => {
      const phone = freshPhone();
      const payer = { phone: readPayerPhone(PHONE_FORMS[form](phone)), name: null };
      const { paymentId } = await desk.tell(told({ receipt: freshReceipt(), reference: newReference(), payer }));
      const payment = await desk.read(paymentId);
      const shown = { masked: "mask", stars: "mask", sha256: null, mixed: null, plain: "mask" }[form];
      expect(payment.phoneMasked).toEqual(shown === null ? null : expect.stringMatching(/^2547\d?\*{5}\d{3}$/));
      const found = await desk.ledger.list({ storefront: "storefront", filters: { phone }, limit: 10, cursor: null });
      expect(found.payments.map(({ id }) => id)).toEqual(form === "plain" ? [paymentId] : []);
      expect(JSON.stringify(await desk.item(paymentId))).not.toContain(phone);
    },
  );

  test("goes by its reference to the storefront whose prefix fits, else waits with the shortcode's owner", async () => {
    const routeOf = async (reference: string) => {
      const { paymentId } = await desk.tell(told({ receipt: freshReceipt(), reference }));
      const { storefront, routing } = await desk.read(paymentId);
      return { storefront, routing };
    };
    expect(await routeOf(" bk 12")).toEqual({ storefront: "books", routing: "matched" });
    expect(await routeOf("inv12")).toEqual({ storefront: "storefront", routing: "matched" });
    expect(await routeOf("for mama")).toEqual({ storefront: "storefront", routing: "unmatched" });
    expect(await routeOf("")).toEqual({ storefront: "storefront", routing: "unmatched" });
  });

  test("waits in the queue of the unmatched and nowhere else", async () => {
    const { paymentId } = await desk.tell(told({ receipt: freshReceipt(), reference: "whoever" }));
    const { paymentId: matched } = await desk.tell(told({ receipt: freshReceipt(), reference: newReference() }));
    const ids = async (filters: object) =>
      (await desk.ledger.list({ storefront: "storefront", filters, limit: 100, cursor: null })).payments.map(
        ({ id }) => id,
      );
    const queue = await ids({ routing: "unmatched" });
    expect(queue).toContain(paymentId);
    expect(queue).not.toContain(matched);
    expect(await ids({ source: "paybill" })).toEqual(expect.arrayContaining([paymentId, matched]));
    expect(await ids({ source: "stk" })).not.toContain(paymentId);
    expect(await ids({ reference: " Whoever" })).toContain(paymentId);
  });

  test("with cents, from a till's own number, is kept to the cent under the number that we ask for payments on", async () => {
    desk.shop.till = "600984";
    const { paymentId } = await desk.tell(
      told({ receipt: freshReceipt(), shortcode: "600984", reference: "", amount: readCents(120_050) }),
    );
    expect(await desk.read(paymentId)).toMatchObject({ amount: 120_050, shortcode: SHORTCODE });
  });

  test("without any storefront to belong to is refused loudly, and can be told again", async () => {
    desk.shop.storefronts = [];
    const heard = told({ receipt: freshReceipt() });
    await expect(desk.tell(heard)).rejects.toThrow(/no storefront to belong to.*Repeating is safe/);
    desk.shop.storefronts = STOREFRONTS;
    expect((await desk.tell(heard)).told).toBe("opened");
  });

  test("whose opening was done and its answer lost is found when it is told again", async () => {
    const heard = told({ receipt: freshReceipt(), reference: newReference() });
    let lost = false;
    desk.state.interfere = (command) => {
      if (command !== "TransactWriteItems" || lost) return null;
      lost = true;
      return { after: Object.assign(new Error("socket hang up"), { name: "TimeoutError" }) };
    };
    const first = await desk.tell(heard).catch(() => null);
    desk.state.interfere = () => null;
    const again = await desk.tell(heard);
    expect(again.told).toBe("known");
    expect(first === null || first.paymentId === again.paymentId).toBe(true);
    expect((await desk.read(again.paymentId)).history).toHaveLength(1);
  });
});

const readCents = (cents: number) => ({ ...{ amount: shillings(1) }, cents }).cents as ReturnType<typeof shillings>;

describe("a receipt that is known", () => {
  test("tells nothing new: a confirmation is kept beside the payment, a row of a pull is not", async () => {
    const asked = await desk.ask({ reference: newReference() });
    const receipt = freshReceipt();
    await desk.record(asked.id, paid(asked, receipt));
    const before = await desk.read(asked.id);
    const outcome = await desk.tell(toldOf(asked, receipt));
    expect(outcome).toEqual({ told: "known", paymentId: asked.id });
    await desk.tell({ ...toldOf(asked, receipt), source: "pull", raw: "a row" });
    expect(await desk.read(asked.id)).toEqual(before);
    const history = await desk.ledger.history(asked.id);
    expect(history?.kept.map(({ source, raw }) => [source, raw.text])).toEqual([["c2b", toldOf(asked, receipt).raw]]);
  });

  test("under another amount calls a person and credits nothing", async () => {
    const heard = told({ receipt: freshReceipt(), reference: newReference() });
    const { paymentId } = await desk.tell(heard);
    await desk.tell({ ...heard, source: "statement", amount: shillings(2), raw: "another amount" });
    expect(await desk.read(paymentId)).toMatchObject({ state: "succeeded", amount: heard.amount });
    expect(await desk.exceptionsOf(paymentId)).toEqual(["amount_mismatch"]);
    expect(desk.counted).toEqual(["ExceptionOpened"]);
  });

  test("of something that is no payment calls a person once", async () => {
    const receipt = freshReceipt();
    const claim = { pk: { S: `receipt#${receipt}` }, id: { S: "pyo_00000000000000000000000000" } };
    await desk.client.send(new PutItemCommand({ TableName: desk.deps.tables.transactions, Item: claim }));
    const heard = told({ receipt });
    expect(await desk.tell(heard)).toEqual({ told: "known", paymentId: "pyo_00000000000000000000000000" });
    await desk.tell(heard);
    expect(desk.counted).toEqual(["ExceptionOpened"]);
    const { exceptions } = await desk.exceptions.list({
      ...{ storefront: "storefront", filters: { kind: "duplicate_receipt" }, limit: 100, cursor: null },
    });
    expect(exceptions.flatMap(({ history }) => history.map(({ facts }) => facts["receipt"]))).toContain(receipt);
  });
});

describe("a confirmation whose receipt is of something that is no payment", () => {
  const PAYOUT = "pyo_00000000000000000000000001";
  const claimed = async (): Promise<string> => {
    const receipt = freshReceipt();
    const claim = { pk: { S: `receipt#${receipt}` }, id: { S: PAYOUT } };
    await desk.client.send(new PutItemCommand({ TableName: desk.deps.tables.transactions, Item: claim }));
    return receipt;
  };
  const keptOf = (raw: string | null) => desk.item(`evidence#${PAYOUT}#${sha256Hex(raw ?? "")}`);

  test("is kept before a person is called; a row of a pull lies in a file of its own", async () => {
    const heard = told({ receipt: await claimed() });
    let puts = 0;
    desk.state.interfere = (command) => {
      if (command === "PutItem") puts += 1;
      return puts > 1 ? { before: new Error("the exception could not be written") } : null;
    };
    await expect(desk.tell(heard)).rejects.toThrow();
    const kept = await keptOf(heard.raw);
    expect(kept?.["y"]).toEqual({ S: "its receipt is of something that is no payment" });
    expect(JSON.stringify(kept)).not.toContain(heard.raw);
    desk.state.interfere = () => null;
    expect(await desk.tell(heard)).toEqual({ told: "known", paymentId: PAYOUT });
    const row = told({ receipt: await claimed(), source: "pull" });
    await desk.tell(row);
    expect(await keptOf(row.raw)).toBeUndefined();
  });
});

describe("a payment that we had asked for", () => {
  test("is recognised by its reference in any case and with blanks, and gets receipt and time", async () => {
    const asked = await desk.ask({ reference: newReference() });
    const receipt = freshReceipt();
    const heard = { ...toldOf(asked, receipt), reference: ` ${asked.reference.toLowerCase()} ` };
    expect(await desk.tell(heard)).toEqual({ told: "recognised", paymentId: asked.id });
    expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt, paidAt: heard.paidAt });
  });

  test("that an answer without a receipt had settled gets it", async () => {
    const asked = await desk.ask({ reference: newReference() });
    await desk.record(asked.id, paidByQuery());
    const receipt = freshReceipt();
    expect((await desk.tell(toldOf(asked, receipt, "sha256"))).told).toBe("recognised");
    expect(await desk.read(asked.id)).toMatchObject({ receipt });
  });

  const others: readonly (readonly [string, Parameters<ToldDesk["ask"]>[0], object])[] = [
    ["over another amount", {}, { amount: shillings(3) }],
    ["on another shortcode", { shortcode: "600984" }, {}],
    ["of more than 48 hours before", { createdAt: NOW - 49 * 3_600_000 }, {}],
    ["of another phone", {}, { payer: { phone: readPayerPhone("2541 ***** 999"), name: null } }],
    ["under another reference", {}, { reference: "INV-SOMETHING" }],
  ];
  test.each(others)("%s is not taken for it", async (_, overrides, difference) => {
    const asked = await desk.ask({ reference: newReference(), ...overrides });
    const outcome = await desk.tell({ ...toldOf(asked, freshReceipt()), shortcode: SHORTCODE, ...difference });
    expect(outcome.told).toBe("opened");
    expect(await desk.read(asked.id)).toMatchObject({ state: "pending", receipt: null });
  });

  test("and that has failed is not: the customer may have paid from the menu instead", async () => {
    const asked = await desk.ask({ reference: newReference() });
    await desk.record(asked.id, unpaid(asked));
    expect((await desk.tell(toldOf(asked, freshReceipt()))).told).toBe("opened");
    expect(await desk.read(asked.id)).toMatchObject({ state: "failed" });
  });

  test("is told from another of the same reference by a phone that says so", async () => {
    const reference = newReference();
    const [first, second] = [await desk.ask({ reference }), await desk.ask({ reference })];
    expect(await desk.tell(toldOf(second, freshReceipt(), "sha256"))).toEqual({
      told: "recognised",
      paymentId: second.id,
    });
    expect(await desk.read(first.id)).toMatchObject({ state: "pending" });
  });

  test("and that nothing tells from another is nobody's guess: the payment is opened, and a person looks", async () => {
    const reference = newReference();
    const payers = [msisdn("254712000126"), msisdn("254713000126")];
    const asked = [await desk.ask({ reference, phone: payers[0]! }), await desk.ask({ reference, phone: payers[1]! })];
    const receipt = freshReceipt();
    const { told: outcome, paymentId } = await desk.tell(toldOf(asked[0]!, receipt));
    expect(outcome).toBe("opened");
    expect(await desk.exceptionsOf(paymentId)).toEqual(["ambiguous"]);
    expect(desk.counted).toEqual(["ExceptionOpened"]);
    await desk.record(asked[1]!.id, paid(asked[1]!, receipt));
    expect(await desk.read(paymentId)).toMatchObject({ state: "merged", mergedInto: asked[1]!.id });
    expect(await desk.read(asked[0]!.id)).toMatchObject({ state: "pending" });
  });

  test("and that only a later word tells from another is recognised then", async () => {
    const reference = newReference();
    const payers = [msisdn("254714000127"), msisdn("254715000127")];
    const asked = [await desk.ask({ reference, phone: payers[0]! }), await desk.ask({ reference, phone: payers[1]! })];
    const heard = toldOf(asked[0]!, freshReceipt());
    const { paymentId } = await desk.tell(heard);
    await desk.record(asked[1]!.id, unpaid(asked[1]!));
    await desk.record(asked[0]!.id, paidByQuery());
    expect(await desk.tell({ ...heard, source: "pull", raw: "row" })).toEqual({
      told: "recognised",
      paymentId: asked[0]!.id,
    });
    expect(await desk.read(paymentId)).toMatchObject({ state: "merged" });
  });
});

describe("a till, which knows no account number", () => {
  test("credits an open payment only by the very number", async () => {
    const asked = await desk.ask({ amount: shillings(811) });
    const masked = { ...toldOf(asked, freshReceipt(), "masked"), reference: "" };
    expect((await desk.tell(masked)).told).toBe("opened");
    const hashed = { ...toldOf(asked, freshReceipt(), "sha256"), reference: "" };
    expect(await desk.tell(hashed)).toEqual({ told: "recognised", paymentId: asked.id });
  });

  test("gives a payment that is known to be paid its receipt by the ends of the number, if it was made just now", async () => {
    const asked = await desk.ask({ amount: shillings(812) });
    const earlier = await desk.ask({
      amount: shillings(812),
      createdAt: NOW - 15 * 60_000,
      phone: msisdn("0711000999"),
    });
    for (const { id } of [asked, earlier]) await desk.record(id, paidByQuery());
    expect(await desk.tell({ ...toldOf(asked, freshReceipt()), reference: "" })).toEqual({
      told: "recognised",
      paymentId: asked.id,
    });
    expect((await desk.tell({ ...toldOf(earlier, freshReceipt()), reference: "" })).told).toBe("opened");
  });
});
