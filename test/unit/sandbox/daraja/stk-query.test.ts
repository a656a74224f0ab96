/** What an STK query says: before, after, too early, about nothing, and for somebody else. */
import { describe, expect, test } from "vitest";
import { sandboxPaybill } from "../../../../sandbox/daraja/core/merchants.ts";
import { bodyOf, createManualWorld, NOON_MS, passwordFor, payer, seen } from "./manual-world.ts";

const taken = async (world: ReturnType<typeof createManualWorld>, msisdn = payer(0)) =>
  bodyOf(await world.pushTo(msisdn));

test("the answer has Safaricom's six strings, three s in successsfully, and neither receipt nor amount", async () => {
  const world = createManualWorld();
  const { MerchantRequestID, CheckoutRequestID } = await taken(world);
  await world.clock.advance(1000);
  expect(seen(await world.query(CheckoutRequestID))).toEqual({
    status: 200,
    body: {
      ResponseCode: "0",
      ResponseDescription: "The service request has been accepted successsfully",
      MerchantRequestID,
      CheckoutRequestID,
      ResultCode: "0",
      ResultDesc: "The service request is processed successfully.",
    },
  });
});

describe("while the payer has not answered", () => {
  test("it is 4999", async () => {
    const world = createManualWorld();
    const { CheckoutRequestID } = await taken(world);
    expect(seen(await world.query(CheckoutRequestID))).toMatchObject({
      status: 200,
      body: { ResultCode: "4999", ResultDesc: "The transaction is still under processing" },
    });
  });

  test("or an error whose requestId is the CheckoutRequestID, with the other reading", async () => {
    const world = createManualWorld({ switches: { in_flight_query: "error_500" } });
    const { CheckoutRequestID } = await taken(world);
    expect(seen(await world.query(CheckoutRequestID))).toEqual({
      status: 500,
      body: {
        requestId: CheckoutRequestID,
        errorCode: "500.001.1001",
        errorMessage: "The transaction is being processed",
      },
    });
  });

  test("the first second can be too early", async () => {
    const world = createManualWorld({ switches: { early_query: "invalid" } });
    const { CheckoutRequestID } = await taken(world, payer(5));
    await world.clock.advance(999);
    expect(seen(await world.query(CheckoutRequestID))).toMatchObject({
      status: 400,
      body: { errorCode: "400.002.02", errorMessage: "Bad Request - Invalid CheckoutRequestID" },
    });
    await world.clock.advance(1);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: "4999" });
  });
});

describe("about something that is not there", () => {
  const missing = {
    status: 500,
    body: { errorCode: "500.001.1001", errorMessage: "The transaction does not Exist" },
  };
  test("an unknown id does not Exist, with a capital E", async () => {
    expect(seen(await createManualWorld().query("ws_CO_21092026120000000712000111"))).toMatchObject(missing);
  });

  test("a push of another shortcode does not exist either", async () => {
    const other = { kind: "paybill", shortcode: "600200", passkey: "pk", name: "Other" } as const;
    const world = createManualWorld({ merchants: [sandboxPaybill, other] });
    const { CheckoutRequestID } = await taken(world);
    const asOther = { BusinessShortCode: "600200", Password: passwordFor(undefined, "600200", "pk") };
    expect(seen(await world.query(CheckoutRequestID, asOther))).toMatchObject(missing);
  });

  test.each([undefined, "", "with space", "x".repeat(65)])("%j is an invalid CheckoutRequestID", async (id) => {
    expect(seen(await createManualWorld().query(id))).toMatchObject({
      status: 400,
      body: { errorMessage: "Bad Request - Invalid CheckoutRequestID" },
    });
  });
});

test("a wrong password is refused before anything is looked up", async () => {
  const world = createManualWorld();
  const { CheckoutRequestID } = await taken(world);
  expect(seen(await world.query(CheckoutRequestID, { Password: passwordFor("20260921120001") }))).toMatchObject({
    status: 500,
    body: { errorMessage: "Wrong credentials" },
  });
});

test("a share of the queries fails for no reason, the same ones for the same seed", async () => {
  const run = async () => {
    const world = createManualWorld({ switches: { query_error_rate: 0.25 } });
    const { CheckoutRequestID } = await taken(world);
    await world.clock.advance(1000);
    const statuses: number[] = [];
    for (let count = 0; count < 100; count += 1) statuses.push(seen(await world.query(CheckoutRequestID)).status);
    return statuses;
  };
  const first = await run();
  expect(await run()).toEqual(first);
  const failed = first.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(10);
  expect(failed).toBeLessThan(45);
});

test("a query never changes anything", async () => {
  const world = createManualWorld();
  const { CheckoutRequestID } = await taken(world);
  const before = await world.truth();
  for (let count = 0; count < 3; count += 1) await world.query(CheckoutRequestID);
  expect(await world.truth()).toEqual(before);
  expect(world.clock.now()).toBe(NOON_MS);
});
