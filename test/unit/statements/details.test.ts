import { describe, expect, it } from "vitest";
import { readDetails, readParty } from "../../../functions/statements/details.ts";

const masked = (head: string, tail: string) => ({ form: "masked", head, tail });
const HASH = "ab".repeat(32);

describe("details say what happened, who is on the other side, and what the payer typed", () => {
  it.each([
    ["Pay Bill from 25470****111 - ALICE **** EXAMPLE Acc. 850060", "Pay Bill", "ALICE **** EXAMPLE", "850060"],
    ["Pay Bill Online from 07****222 - Bob Sample Acc. bob shop", "Pay Bill Online", "Bob Sample", "bob shop"],
    ["Pay Bill from 2547****777 - GRACE NOACC Acc.", "Pay Bill", "GRACE NOACC", null],
    ["Pay Bill from 2547****777 - GRACE NOACC  Acc. ", "Pay Bill", "GRACE NOACC", null],
    ["Pay Bill from 2547 ***** 777 - GRACE Acc. 7", "Pay Bill", "GRACE", "7"],
    ["Pay Bill from 254712345678 - GRACE Acc. 7", "Pay Bill", "GRACE", "7"],
    [`Pay Bill from ${HASH} - GRACE Acc. 7`, "Pay Bill", "GRACE", "7"],
    ["Pay Bill from 2547****777 - A-B C - D Acc. x - y Acc. z", "Pay Bill", "A-B C - D", "x - y Acc. z"],
    ["Pay Bill from 2547****777 -  Acc. 5", "Pay Bill", "", "5"],
    ["Pay Bill from 2547****777 - BOB Acc. a via b by c", "Pay Bill", "BOB", "a via b by c"],
    [
      "Pay Bill from 2547****777 - BOB Acc. to 0711***222 - EVE Acc. 1",
      "Pay Bill",
      "BOB",
      "to 0711***222 - EVE Acc. 1",
    ],
    ["Pay Bill from 2547****777 - BOB Acc.   1 ", "Pay Bill", "BOB", "  1 "],
    ["Merchant Payment Online from 2547****777 - BOB", "Merchant Payment Online", "BOB", null],
  ])("%s", (...[text, action, name, reference]) => {
    const read = readDetails(text);
    expect(read).toMatchObject({ action, reference });
    expect(read.party?.name).toBe(name);
    expect(read.party?.phone).not.toBeNull();
  });

  it.each([
    ["Merchant Pay Utility Received from 1234567 - FAKE AUTO TECH Acc. dave", "1234567 - FAKE AUTO TECH", "dave"],
    ["Business Pay Bill via API by 999001 - TEST BANK TO PAYBILL Acc. erin", "999001 - TEST BANK TO PAYBILL", "erin"],
    ["FSI to Pay Bill by 999002 - MOCK - TILL Acc. Frank via WEB by MOCK\\B2B", "999002 - MOCK - TILL", "Frank"],
    ["FSI to Pay Bill by 999002 - MOCK Acc. via WEB by MOCK\\B2B", "999002 - MOCK", null],
  ])("an organisation is no phone: %s", (text, name, reference) => {
    expect(readDetails(text)).toMatchObject({ party: { phone: null, name }, reference });
  });

  it("whom a payout went to, without the conversation that sent it", () => {
    const text =
      "Business Payment to Customer via API to 25470****149 - BOB SAMPLE. Original conversation ID is AG_20261121_1";
    expect(readDetails(text)).toEqual({
      action: "Business Payment to Customer via API",
      party: { phone: masked("25470", "149"), name: "BOB SAMPLE" },
      reference: null,
    });
  });

  it.each([
    ...[
      "Pay Bill Charge",
      "Utility Account to Organization Settlement Account",
      "Agency Withdrawal of funds to Bank",
      "",
    ],
  ])("nobody: %j", (text) => {
    expect(readDetails(text)).toEqual({ action: text, party: null, reference: null });
  });
});

describe("the other party is a phone in its form and a name", () => {
  it.each([
    ["25470****111 - ALICE **** EXAMPLE", { phone: masked("25470", "111"), name: "ALICE **** EXAMPLE" }],
    ["010****222 - bob", { phone: masked("010", "222"), name: "bob" }],
    ["25470****111 - ", { phone: masked("25470", "111"), name: "" }],
    ["25470****111", { phone: masked("25470", "111"), name: "" }],
    ["0712345678 - EVE", { phone: { form: "plain", msisdn: "254712345678" }, name: "EVE" }],
    ["SP", { phone: null, name: "SP" }],
    ["600100 - MOCK BANK", { phone: null, name: "600100 - MOCK BANK" }],
    ["", null],
  ])("%j", (text, party) => {
    expect(readParty(text)).toEqual(party);
  });
});
