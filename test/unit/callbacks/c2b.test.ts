/** Safaricom's door for payments from the phone's menu: what is believed, what is kept aside, and what M-PESA is told. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { c2bConfirmation } from "../../../functions/callbacks/c2b-confirmation.ts";
import { c2bValidation, LOOK_UP_MS } from "../../../functions/callbacks/c2b-validation.ts";
import type { ValidationDeps } from "../../../functions/callbacks/c2b-validation.ts";
import { callbackToken, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import type { ValidationRules } from "../../../functions/domain/paybill-validation.ts";
import { keys } from "../../../functions/store/keys.ts";
import type { HttpRequest } from "../../../functions/runtime/http.ts";
import { freshReceipt } from "../store/samples.ts";
import { SHORTCODE, startDesk, STOREFRONTS } from "../payments/told-desk.ts";
import type { ToldDesk } from "../payments/told-desk.ts";

const SECRET = "a signing secret, long enough for anybody";
const LISTED = "196.201.214.200";
const SUCCESS = { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };

let desk: ToldDesk;
beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => {
  desk.counted.length = 0;
  desk.logged.length = 0;
  desk.state.interfere = () => null;
});
afterAll(() => desk.close());

const body = (receipt: string, overrides: Record<string, string> = {}): string =>
  JSON.stringify({
    ...{ TransactionType: "Pay Bill", TransID: receipt, TransTime: "20261121121325", TransAmount: "150.00" },
    ...{ BusinessShortCode: SHORTCODE, BillRefNumber: "INV-77", InvoiceNumber: "", OrgAccountBalance: "25.00" },
    ...{ ThirdPartyTransID: "", MSISDN: "2547 ***** 126", FirstName: "NICHOLAS" },
    ...overrides,
  });

type Kind = "c2b-confirmation" | "c2b-validation";
const request = (kind: Kind, text: string, overrides: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "POST",
  route: `/callbacks/v1/${kind}/{id}/{token}`,
  headers: {},
  query: {},
  params: { id: SHORTCODE, token: callbackToken({ kind, id: SHORTCODE, secret: SECRET }) },
  body: text,
  requestId: "req-1",
  sourceAddress: LISTED,
  authoriser: {},
  remainingMs: () => 5_000,
  ...overrides,
});

const door = () => ({
  told: desk.told,
  exceptions: desk.exceptions,
  storefronts: () => Promise.resolve(STOREFRONTS),
  shortcodes: () => Promise.resolve({ shortcode: SHORTCODE, receiver: SHORTCODE }),
  isSafaricom: (address: string) => address === LISTED,
  clock: desk.deps.clock,
  log: desk.log,
  count: desk.count,
});

const checkToken = (kind: Kind) => (callback: { id: string; token: string }) =>
  Promise.resolve(checkCallbackToken({ kind, ...callback, secrets: [SECRET] }));

const confirm = (text: string, overrides: Partial<HttpRequest> = {}) =>
  c2bConfirmation({ ...door(), recordTold: desk.tell, checkToken: checkToken("c2b-confirmation") })(
    request("c2b-confirmation", text, overrides),
  );

const asideOf = async (kind: "unverified_source" | "unreadable_callback") => {
  const query = { storefront: "storefront", filters: { kind }, limit: 100, cursor: null };
  return (await desk.exceptions.list(query)).exceptions;
};

describe("a confirmation", () => {
  test("is a payment when it is acknowledged, and the same one when it comes again", async () => {
    const receipt = freshReceipt();
    expect(await confirm(body(receipt))).toEqual(SUCCESS);
    expect(await confirm(body(receipt))).toEqual(SUCCESS);
    const owner = await desk.told.owner(receipt);
    expect(owner?.payment).toMatchObject({ amount: 15_000, reference: "INV-77", payerName: "NICHOLAS" });
    expect(owner?.payment?.history).toHaveLength(1);
  });

  test("is not there without its token, and nothing is read or written", async () => {
    desk.calls.length = 0;
    const forged = { id: SHORTCODE, token: callbackToken({ kind: "c2b-validation", id: SHORTCODE, secret: SECRET }) };
    for (const params of [forged, { ...forged, token: "" }, { id: "pay_0", token: forged.token }])
      expect(await confirm(body(freshReceipt()), { params })).toMatchObject({ status: 404 });
    expect(desk.calls).toEqual([]);
  });

  test("that can't be stored asks to be sent again", async () => {
    desk.state.interfere = () => ({ before: Object.assign(new Error("no"), { name: "AccessDeniedException" }) });
    expect(await confirm(body(freshReceipt()))).toMatchObject({ status: 503 });
    expect(desk.counted).toEqual(["CallbackNotStored"]);
  });

  test("from an address that is not Safaricom's is kept and not believed, and a person looks once", async () => {
    const receipt = freshReceipt();
    const text = body(receipt);
    expect(await confirm(text, { sourceAddress: "203.0.113.9" })).toEqual(SUCCESS);
    expect(await confirm(text, { sourceAddress: "203.0.113.9" })).toEqual(SUCCESS);
    expect(await desk.told.owner(receipt)).toBeNull();
    const found = (await asideOf("unverified_source")).filter(
      ({ history }) => history[0]?.facts["receipt"] === receipt,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ transactionId: null, times: 1 });
    expect(desk.counted).toEqual(["UnverifiedCallback", "ExceptionOpened", "UnverifiedCallback"]);
    expect(await confirm(text)).toEqual(SUCCESS);
    expect(await desk.told.owner(receipt)).not.toBeNull();
  });

  test("about somebody else's shortcode credits nothing", async () => {
    const receipt = freshReceipt();
    expect(await confirm(body(receipt, { BusinessShortCode: "600000" }))).toEqual(SUCCESS);
    expect(await desk.told.owner(receipt)).toBeNull();
    expect(desk.logged).toContain("c2b.unverified");
  });

  test.each([
    ["HTML", "<html></html>"],
    ["without a receipt", body("")],
    ["without an amount", body("TKL0000001", { TransAmount: "0" })],
  ])("that can't be understood (%s) is kept word for word, acknowledged, and shown to a person", async (_, text) => {
    expect(await confirm(text)).toEqual(SUCCESS);
    expect(desk.counted).toEqual(["ExceptionOpened"]);
    expect(desk.logged).toContain("c2b.unreadable");
    const { sha256Hex } = await import("../../../functions/domain/canonical-json.ts");
    expect(await desk.item(keys.keptEvidence(SHORTCODE, sha256Hex(text)))).toBeDefined();
  });
});

const RULES: ValidationRules = { accept: "all", minimum: 10, maximum: 1_000, whenUnsure: "accept" };

const validate = async (
  text: string,
  rules: Partial<ValidationRules> = {},
  more: { deps?: Partial<ValidationDeps>; sourceAddress?: string } = {},
) => {
  const { deps = {}, sourceAddress = LISTED } = more;
  const answer = c2bValidation({
    ...door(),
    checkToken: checkToken("c2b-validation"),
    rules: () => ({ ...RULES, ...rules }),
    wait: () => new Promise(() => undefined),
    ...deps,
  });
  const { body: reply } = await answer(request("c2b-validation", text, { sourceAddress }));
  return (reply as { ResultCode: unknown }).ResultCode;
};

describe("a validation", () => {
  test("is answered with text, accepts what the rules accept, and stores nothing", async () => {
    desk.calls.length = 0;
    expect(await validate(body(freshReceipt()))).toBe("0");
    expect(await validate(body(freshReceipt(), { TransAmount: "9.99" }))).toBe("C2B00013");
    expect(await validate(body(freshReceipt(), { TransAmount: "1000.01" }))).toBe("C2B00013");
    expect(await validate(body(freshReceipt(), { TransAmount: "1000.00" }))).toBe("0");
    expect(await validate(body(freshReceipt(), { BusinessShortCode: "600000" }))).toBe("C2B00015");
    expect(desk.calls).toEqual([]);
  });

  test("of references that have to be known accepts a storefront's prefix and what was asked for, not what was typed", async () => {
    const accept = "known_references" as const;
    await desk.ask({ reference: "ORDER-9" });
    const strange = body(freshReceipt(), { BillRefNumber: "TYPO-1" });
    await confirm(strange);
    expect(await validate(body(freshReceipt(), { BillRefNumber: "bk 3" }), { accept })).toBe("0");
    expect(await validate(body(freshReceipt(), { BillRefNumber: "order-9 " }), { accept })).toBe("0");
    expect(await validate(strange, { accept })).toBe("C2B00012");
    expect(await validate(body(freshReceipt(), { BillRefNumber: "" }), { accept })).toBe("C2B00012");
  });

  test.each([
    ["accept", "0"],
    ["reject", "C2B00016"],
  ] as const)("that can't be looked up is answered as it is written down: %s", async (whenUnsure, code) => {
    const rules = { accept: "known_references", whenUnsure } as const;
    const never = () => new Promise<never>(() => undefined);
    const waited: number[] = [];
    const wait = (ms: number): Promise<void> => {
      waited.push(ms);
      return Promise.resolve();
    };
    const text = body(freshReceipt());
    expect(await validate(text, rules, { deps: { storefronts: never, wait } })).toBe(code);
    expect(waited).toEqual([LOOK_UP_MS]);
    expect(await validate(text, rules, { deps: { storefronts: () => Promise.reject(new Error("down")) } })).toBe(code);
    expect(await validate("<html>", rules)).toBe(code);
    expect(await validate(text, rules, { sourceAddress: "203.0.113.9" })).toBe(code);
    expect(desk.logged.filter((line) => line === "c2b.unsure")).toHaveLength(4);
  });
});
