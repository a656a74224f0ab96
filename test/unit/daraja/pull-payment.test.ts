import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { momentOf, pullEvidence, readPulledRow } from "../../../functions/daraja/pull-payment.ts";

/** As Safaricom's portal shows it, its payer replaced. */
const ROW = {
  transactionId: "yzlyrEsRG1",
  trxDate: "2020-08-05T10:13:00Z",
  msisdn: 254708374149,
  sender: "ASHA",
  transactiontype: "c2b-pay-bill-debit",
  billreference: "37207636392",
  amount: "168.00",
  organizationname: "Duka Letu",
};
const UTC = Date.UTC(2020, 7, 5, 10, 13);
const HOUR = 3_600_000;
const payment = (changes: Readonly<Record<string, unknown>> = {}) => {
  const row = readPulledRow({ ...ROW, ...changes });
  if (!row.readable) throw new Error(row.row.because);
  return row.payment;
};

describe("a pulled row", () => {
  test("reads as Safaricom's portal shows it", () => {
    expect(payment()).toEqual({
      receipt: "YZLYRESRG1",
      amount: 16_800,
      reference: "37207636392",
      payer: { phone: { form: "plain", msisdn: "254708374149" }, name: "ASHA" },
      transactionType: "c2b-pay-bill-debit",
      organisation: "Duka Letu",
      time: { text: "2020-08-05T10:13:00Z", asUtc: UTC, asNairobi: UTC - 3 * HOUR },
      raw: JSON.stringify(ROW),
    });
  });

  test("keeps a number that is none, and leaves out what is not there", () => {
    expect(payment({ msisdn: 72200000, sender: null, billreference: undefined })).toMatchObject({
      payer: { phone: { form: "opaque", text: "72200000" }, name: null },
      reference: "",
    });
    expect(payment({ msisdn: "" }).payer.phone).toBeNull();
  });

  test.each([
    ["2020-08-05T10:13:00.000Z", UTC, UTC - 3 * HOUR],
    ["2020-08-05 10:13:00", UTC, UTC - 3 * HOUR],
    ["2020-08-05T13:13:00+03:00", UTC, UTC],
    ["2020-08-05T10:13:00+0000", UTC, UTC],
    ["2020-08-05t10:13:00z", UTC, UTC - 3 * HOUR],
    ["2020-08-05T10:13:00.123456789Z", UTC, UTC - 3 * HOUR],
    ["2020-08-05 13:13:00.5+0300", UTC, UTC],
    ["2020-08-05T10:13:00+00:00", UTC, UTC],
  ])("of %s is meant in these two ways", (trxDate, asUtc, asNairobi) => {
    expect(payment({ trxDate }).time).toEqual({ text: trxDate, asUtc, asNairobi });
  });

  test.each([
    "2020-02-30T10:13:00Z",
    "05/08/2020 10:13",
    "",
    "2020-08-05T10:13:00+05:00",
    "x2020-08-05T10:13:00Z",
    "2020-08-05T10:13:00Zx",
    "02020-08-05T10:13:00Z",
    "2020-8-05T10:13:00Z",
    "2020-08-05X10:13:00Z",
    "2020-08-05T10:13:00.Z",
    "2020-08-05T10:13:00.1234567890Z",
    "2020-08-05T10:13:00-03:00",
    "20200805101300",
  ])("of %j has no time", (trxDate) => {
    expect(payment({ trxDate }).time).toBeNull();
  });

  test.each([
    ["a receipt", { transactionId: "" }],
    ["a receipt of its own", { transactionId: "OAK0000000" }],
    ["an amount", { amount: "a lot" }],
    ["an amount above zero", { amount: 0 }],
  ])("without %s is unreadable, bounded, and says so without repeating it", (_, changes) => {
    const row = readPulledRow({ ...ROW, ...changes, sender: "A".repeat(10_000) });
    expect(row).toMatchObject({ readable: false });
    if (row.readable) return;
    expect(row.row.raw.length).toBeLessThanOrEqual(4_000);
    expect(row.row.because).not.toMatch(/OAK|lot|AAA/);
  });

  test("of any values has an answer, and says the same each time", () => {
    const row = fc.dictionary(
      fc.constantFrom(...Object.keys(ROW)),
      fc.oneof(fc.jsonValue(), fc.constantFrom("QAB1234567", "1.00")),
    );
    fc.assert(
      fc.property(row, (values) => {
        const read = readPulledRow(values);
        expect(readPulledRow(JSON.parse(JSON.stringify(values)) as typeof values)).toEqual(read);
        if (read.readable) expect(read.payment.amount).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the moment of a pulled payment", () => {
  test("is not known while it may be meant in two ways", () => {
    expect(momentOf(payment().time!, UTC + HOUR)).toBeNull();
  });

  test("is Nairobi's when read as UTC it had not come yet", () => {
    expect(momentOf(payment().time!, UTC - HOUR)).toBe(UTC - 3 * HOUR);
  });

  test("is not decided by clocks that lie minutes apart", () => {
    expect(momentOf(payment().time!, UTC - 10 * 60_000)).toBeNull();
    expect(momentOf(payment().time!, UTC - 15 * 60_000)).toBeNull();
    expect(momentOf(payment().time!, UTC - 15 * 60_000 - 1)).toBe(UTC - 3 * HOUR);
  });

  test("is known when it names its offset", () => {
    expect(momentOf(payment({ trxDate: "2020-08-05T13:13:00+03:00" }).time!, UTC + HOUR)).toBe(UTC);
  });
});

test("as evidence it is money that moved, with its own row as text, and a time only when there is one", () => {
  const from = { at: UTC + HOUR, by: "sweep", requestId: "req_1" };
  expect(pullEvidence(payment(), from)).toEqual({
    ...from,
    source: "pull",
    finding: "paid",
    receipt: "YZLYRESRG1",
    amount: 16_800,
    phone: "254708374149",
    push: null,
    paidAt: null,
    raw: JSON.stringify(ROW),
  });
  expect(pullEvidence(payment({ msisdn: "25470****149" }), { ...from, at: UTC - HOUR })).toMatchObject({
    phone: null,
    paidAt: UTC - 3 * HOUR,
  });
  expect(pullEvidence(payment({ trxDate: "?", msisdn: "" }), from)).toMatchObject({ paidAt: null, phone: null });
});
