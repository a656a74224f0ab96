import { describe, expect, it } from "vitest";
import { maskText } from "../../../functions/domain/masking.ts";
import { SPELLINGS } from "../../fixtures/phone-spellings.ts";

const PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";
const STK_PASSWORD = Buffer.from(`174379${PASSKEY}20210628092408`).toString("base64");
const CREDENTIAL = Buffer.alloc(256, 0xa7).toString("base64");

describe("a phone number is masked when it is written", () => {
  it.each(SPELLINGS)("%s", (_how, text) => {
    const masked = maskText(`Asked <${text}> to pay 1500 on 20191219102115`);
    expect(masked).toMatch(/^Asked <.{0,10}7\*{5}678.{0,2}> to pay 1500 on 20191219102115$/su);
  });

  it.each([
    ["in a push id", "ws_CO_170820261404032704708374149", "ws_CO_1708202614040327047*****149"],
    ["in a push id with fewer digits of time", "ws_CO_1007202409152617172396192", "ws_CO_10072024091526171*****192"],
    ["in M-PESA's party name", "0113638169 - NICHOLAS", "2541*****169 - NICHOLAS"],
    ["in a query string", "/v1/payments?phone=%2B254712345678&limit=5", "/v1/payments?phone=%2B2547*****678&limit=5"],
    ["in an encoded query string", "phone=0712%20345%20678", "phone=2547*****678"],
    ["as a JSON number", '{"PhoneNumber":254708374149}', '{"PhoneNumber":2547*****149}'],
    ["glued to a shortcode", "174379254708374149", "1743792547*****149"],
    ["glued to a word", "phone254708374149x", "phone2547*****149x"],
    ["twice", "0712345678/0722000111", "2547*****678/2547*****111"],
    ["at the end of a sentence", "Call 0712345678.", "Call 2547*****678."],
    ["after somebody else's stars", "ref *****0712345678", "ref *****2547*****678"],
    ["before somebody else's stars", "**254712345678*****", "**2547*****678*****"],
    ["after what only begins like a mask", "bill 1*****0712345678", "bill 1*****2547*****678"],
    ["beside a mask", "2547*****678 0712345671 2541*****149", "2547*****678 2547*****671 2541*****149"],
    ["without its prefix", "number 712 345 678 is busy", "number 7*****678 is busy"],
  ])("%s", (_where, text, masked) => expect(maskText(text)).toBe(masked));
});

describe("what is no phone number stays readable:", () => {
  it.each([
    ["our ids", "pay_0712345678abcdfghijknpqrst exc_254712345678abcdfghijknpqr"],
    ["receipts", "NLJ7RT61SV RKL51ZDR4F SB62A1SVRK"],
    ["Daraja's timestamps", "20191219102115 20261207102115 20250712345959"],
    ["other times", "2026-11-21T17:05:09.123Z 07-12-2026 10:21:15 07.12.2026 10:21:15 01/12/2026 10:21:15"],
    ["epoch milliseconds", "1763741234567 1712345678901"],
    ["amounts", 'amount: 1500, "TransAmount":"1200.50", KES 1,712,345.00, "amount":712345678, total_cents=112345678'],
    ["shortcodes", "174379 600984 4130669"],
    ["decimals", "0.712345678 1.0712345678 took 10.712345678 ms"],
    ["push ids without a number", "ws_CO_27072017151044001 ws_CO_191220191020363925 ws_CO_DMZ_12321_23423476"],
    [
      "request ids",
      "29115-34620561-1 10571-7910404-1 2654-4b64-97ff-b827b542881d3130 AG_20240706_20106e9209f64bebd05b",
    ],
    ["UUIDs", "07123456-7890-4123-8071-254712345678"],
    ["digests", `${"0712345678".repeat(6)}abcd`],
    ["addresses", "196.201.214.200 105.161.123.45 10.0.0.1"],
    ["masked numbers", "2547*****678 2547 ***** 126 25470****149"],
    ["account numbers of other lengths", "acc 1234567890, 17123456"],
  ])("%s", (_what, text) => expect(maskText(text)).toBe(text));
});

describe("a secret is taken out", () => {
  it.each([
    ["a bearer token", "Authorization: Bearer sk_live_abc123", "Authorization: [masked]"],
    ["a bearer token alone", "sent Bearer c9SQxWWhmdVRlyh0zh8gZDTkubVF ok", "sent Bearer [masked] ok"],
    ["basic credentials", "Basic bWFsaXBvOm1hbGlwbw== sent", "Basic [masked] sent"],
    ["API keys", "sk_test_storefront and sk_live_4Fh2", "sk_test_[masked] and sk_live_[masked]"],
    ["a client token", "got ct_9f8h7g6f5d.sig", "got ct_[masked]"],
    ["an STK password", `sent ${STK_PASSWORD} away`, "sent [masked] away"],
    [
      "an STK password under its name",
      `{"Password":"${STK_PASSWORD}","Amount":1}`,
      '{"Password":"[masked]","Amount":1}',
    ],
    ["a security credential", `x ${CREDENTIAL} y`, "x [masked] y"],
    ["a security credential with escaped slashes", CREDENTIAL.replaceAll("/", "\\/"), "[masked]"],
    ["a passkey", `{"passkey": "${PASSKEY}"}`, '{"passkey": "[masked]"}'],
    ["a value with quotes inside", '{"secret":"a\\"b","n":1}', '{"secret":"[masked]","n":1}'],
    [
      "JSON within JSON",
      '{"body":"{\\"access_token\\":\\"abc\\",\\"n\\":1}"}',
      '{"body":"{\\"access_token\\":\\"[masked]\\",\\"n\\":1}"}',
    ],
    ["a PIN", '{"pin":1234} pin: 1234', '{"pin":[masked]} pin: [masked]'],
    ["a token in a query", "/ws?token=abc.def&x=1", "/ws?token=[masked]&x=1"],
    ["the token that Daraja repeats", "Invalid Access Token - c9SQxWWhmdVRlyh0", "Invalid Access Token - [masked]"],
    ["credentials in a URL", "https://key:secret@api.example/", "https://[masked]@api.example/"],
    ["a value that was cut off", '{"client_secret":"abcdef', '{"client_secret":"[masked]"'],
  ])("%s", (_what, text, masked) => expect(maskText(text)).toBe(masked));

  it("at the end of a callback's path, and the payment's id stays", () => {
    const id = `pay_${"0123456789abc".repeat(2)}`;
    const masked = maskText(`POST https://pay.example/callbacks/v1/stk/${id}/7gh8jk9npq?x=1`);
    expect(masked).toBe(`POST https://pay.example/callbacks/v1/stk/${id}/[masked]?x=1`);
  });

  it("but not words that only sound like one", () => {
    for (const text of ["shipping: 5", "Basic information", "spinning=1", "the pin is wrong", "act_now_please"])
      expect(maskText(text)).toBe(text);
  });
});
