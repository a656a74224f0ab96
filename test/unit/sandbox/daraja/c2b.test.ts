/** C2B: what is registered, what is validated, what is confirmed, and that nobody who did not register hears anything. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createC2bWorld } from "./c2b-world.ts";
import { seen, type Json } from "./manual-world.ts";

const MSISDN = "254712345678";
const registered = async (options: Parameters<typeof createC2bWorld>[0] = {}, changes: Json = {}) => {
  const world = createC2bWorld(options);
  expect(seen(await world.register(changes))).toMatchObject({ status: 200 });
  return world;
};

describe("registering URLs", () => {
  test("answers with the misspelled id, and the portal shows what is registered", async () => {
    const world = createC2bWorld();
    expect(seen(await world.register())).toEqual({
      status: 200,
      body: {
        OriginatorCoversationID: expect.any(String) as string,
        ResponseCode: "0",
        ResponseDescription: "Success",
      },
    });
    expect((await world.control("GET", "c2b/urls")).body).toMatchObject({
      data: [{ shortcode: "174379", version: "v2", response_type: "Completed" }],
    });
  });

  test.each([
    ["ShortCode", "999999"],
    ["ResponseType", "completed"],
    ["ResponseType", undefined],
    ["ConfirmationURL", "https://shop.example/mpesa/confirm"],
    ["ConfirmationURL", "ftp://shop.example"],
    ["ValidationURL", ""],
  ])("refuses %s %s by name", async (field, value) => {
    const world = createC2bWorld();
    expect(seen(await world.register({ [field]: value }))).toMatchObject({
      status: 400,
      body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${field}` },
    });
    expect((await world.control("GET", "c2b/urls")).body).toMatchObject({ data: [] });
  });

  test("overwrites in the sandbox; in production it works once, until the portal removes it", async () => {
    const world = await registered();
    expect(seen(await world.register({ ResponseType: "Cancelled" }, "/mpesa/c2b/v1/registerurl")).status).toBe(200);
    expect((await world.control("GET", "c2b/urls")).body).toMatchObject({
      data: [{ version: "v1", response_type: "Cancelled" }],
    });
    await world.control("POST", "switches", { c2b: "production" });
    expect(seen(await world.register())).toMatchObject({
      status: 500,
      body: { errorCode: "500.003.1001", errorMessage: "Urls are already registered." },
    });
    expect((await world.control("DELETE", "c2b/urls/174379")).status).toBe(204);
    expect((await world.control("DELETE", "c2b/urls/174379")).status).toBe(404);
    expect(seen(await world.register()).status).toBe(200);
  });

  test("a bad token has C2B's own words, and a URL with a space in it gets no answer", async () => {
    const world = createC2bWorld();
    const headers = { authorization: "Bearer nobody", "content-type": "application/json" };
    expect(seen(await world.send("POST", "/mpesa/c2b/v2/registerurl", { headers, body: {} }))).toMatchObject({
      status: 400,
      body: { errorCode: "400.003.01" },
    });
    expect(await world.register({ ValidationURL: "https://shop.example/a b" })).toMatchObject({ kind: "reset" });
  });
});

describe("a payment from the phone's menu", () => {
  test("is asked about, moves money, and is confirmed with strings alone", async () => {
    const world = await registered();
    const answer = await world.pay({ reference: "peter", amount: 5 }, 0);
    expect(answer).toMatchObject({ status: 201, body: { kind: "c2b", state: "validating", receipt: null } });
    await world.clock.advance(10_000);
    const id = answer.body?.["transaction_id"];
    const shared = {
      TransactionType: "Pay Bill",
      TransID: id,
      TransTime: "20260921120000",
      TransAmount: "5.00",
      BusinessShortCode: "174379",
      BillRefNumber: "peter",
      InvoiceNumber: "",
      ThirdPartyTransID: "",
      MSISDN: "2547 ***** 678",
      FirstName: "IAN",
    };
    expect(world.validations()).toEqual([{ atMs: 0, body: { ...shared, OrgAccountBalance: "" } }]);
    const [confirmation] = world.confirmations();
    expect(confirmation?.body).toEqual({ ...shared, OrgAccountBalance: "5000005.00" });
    expect(confirmation?.atMs).toBeGreaterThanOrEqual(250);
    expect(confirmation?.atMs).toBeLessThanOrEqual(750);
    expect(await world.list()).toMatchObject([
      { state: "paid", receipt: id, result_code: "0", validation: "accepted", callbacks: [{ status: 200 }] },
    ]);
    expect(await world.utility("174379")).toBe(5_000_005);
    expect(world.clock.waits()).toBe(0);
  });

  test("moves money where nobody registered, and says nothing to anybody", async () => {
    const world = createC2bWorld();
    await world.pay();
    expect(await world.list()).toMatchObject([{ state: "paid", validation: "not_asked", callbacks: [] }]);
    expect(world.sent).toEqual([]);
    expect(await world.utility("174379")).toBe(5_001_500);
  });

  test.each([
    ["by_version", "2547 ***** 678"],
    ["masked_spaces", "2547 ***** 678"],
    ["masked_stars", "25471****678"],
    ["plain", MSISDN],
    ["sha256", createHash("sha256").update(MSISDN).digest("hex")],
  ])("writes the number as c2b_msisdn %s has it", async (form, written) => {
    const world = await registered({ switches: { c2b_msisdn: form as "plain" } });
    await world.pay();
    expect(world.confirmations()[0]?.body["MSISDN"]).toBe(written);
  });

  test("is hashed for v1, and hashed and masked at once where tills have shown it so", async () => {
    const world = createC2bWorld();
    const hash = createHash("sha256").update(MSISDN).digest("hex");
    await world.register({}, "/mpesa/c2b/v1/registerurl");
    await world.pay();
    expect(world.confirmations()[0]?.body["MSISDN"]).toBe(hash);
    await world.control("POST", "switches", { c2b_msisdn: "mixed" });
    await world.pay();
    expect(world.confirmations()[1]?.body["MSISDN"]).toBe(`${hash.slice(0, 28)} ***** ${hash.slice(-31)}`);
  });

  test.each([
    ["all", { FirstName: "IAN", MiddleName: "", LastName: "NJERI" }],
    ["none", { FirstName: "" }],
  ])("names the payer as c2b_names %s has it", async (names, keys) => {
    const world = await registered({ switches: { c2b_names: names as "all" } });
    await world.pay();
    const body = world.confirmations()[0]!.body;
    expect(Object.fromEntries(Object.entries(body).filter(([key]) => key.endsWith("Name")))).toEqual(keys);
  });

  test("to a till has another type, no account number, and goes by the till's own number", async () => {
    const till = { kind: "till", shortcode: "600100", till: "500500", passkey: "x", name: "Kibanda" } as const;
    const world = await registered({ merchants: [till] }, { ShortCode: "600100" });
    expect((await world.pay({ shortcode: "600100" })).status).toBe(404);
    await world.pay({ shortcode: "500500", reference: "ignored" });
    expect(world.confirmations()).toMatchObject([
      { body: { TransactionType: "Customer Merchant Payment", BusinessShortCode: "600100", BillRefNumber: "" } },
    ]);
  });

  test.each([
    [{ shortcode: "999999" }, 404],
    [{ reference: " " }, 400],
    [{ reference: "x".repeat(21) }, 400],
    [{ amount: 0 }, 400],
    [{ amount: 1.005 }, 400],
    [{ msisdn: "0712345678" }, 400],
    [{ pin: "12" }, 400],
    [{ pin: "0000" }, 403],
  ])("%j is refused with %i and moves nothing", async (changes, status) => {
    const world = await registered();
    expect((await world.pay(changes)).status).toBe(status);
    expect(await world.list()).toEqual([]);
    expect(await world.utility("174379")).toBe(5_000_000);
  });

  test("may have cents", async () => {
    const world = await registered();
    await world.pay({ amount: 12.35 });
    expect(world.confirmations()[0]?.body).toMatchObject({ TransAmount: "12.35", OrgAccountBalance: "5000012.35" });
  });
});

describe("simulating", () => {
  test("is the same payment, in v1 and v2, with the misspelled answer", async () => {
    const world = await registered();
    for (const version of ["v1", "v2"])
      expect(seen(await world.simulate({}, `/mpesa/c2b/${version}/simulate`))).toMatchObject({
        status: 200,
        body: {
          OriginatorCoversationID: expect.any(String) as string,
          ResponseDescription: "Accept the service request successfully.",
        },
      });
    await world.clock.advance(10_000);
    expect(world.confirmations()).toHaveLength(2);
    expect(await world.utility("174379")).toBe(5_003_000);
  });

  test.each([
    ["ShortCode", 1],
    ["CommandID", "CustomerBuyGoodsOnline"],
    ["Amount", 0],
    ["Msisdn", 712345678],
    ["BillRefNumber", null],
    ["BillRefNumber", "x".repeat(21)],
  ])("refuses %s %s by name", async (field, value) => {
    const world = await registered();
    expect(seen(await world.simulate({ [field]: value }))).toMatchObject({
      status: 400,
      body: { errorMessage: `Bad Request - Invalid ${field}` },
    });
    expect(await world.list()).toEqual([]);
  });

  test("does not exist in production", async () => {
    const world = createC2bWorld({ switches: { c2b: "production" } });
    expect(seen(await world.simulate())).toMatchObject({ status: 404, body: { errorCode: "404.001.01" } });
  });
});

test("a reset forgets the URLs", async () => {
  const world = await registered();
  await world.control("POST", "reset");
  await world.pay();
  expect(world.sent).toEqual([]);
});
