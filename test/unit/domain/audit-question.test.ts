import { expect, it } from "vitest";
import { readingsOf } from "../../../functions/domain/audit-question.ts";
import { transactionId } from "../../../functions/domain/ids.ts";

const ID = transactionId("pay", { storefront: "demo", operation: "startPayment", key: "1" });

it.each([
  ["an id of ours", ID, ["id"]],
  ["a push's name", "ws_CO_211120261705099990708374149", ["mpesa_id", "reference"]],
  ["a conversation's name, in any case", "ag_20240706_20106e9209f64bebd05b", ["mpesa_id", "reference"]],
  ["a name that only contains one", "xAG_20240706", ["reference", "mpesa_id"]],
  ["a phone number", "0708374149", ["phone", "reference"]],
  ["today's receipt", "TKL0000001", ["receipt", "reference", "mpesa_id"]],
  ["today's receipt, typed in lower case", "tkl0000001", ["receipt", "reference", "mpesa_id"]],
  ["what begins with a digit, as no receipt does today", "1KL0000001", ["reference", "receipt", "mpesa_id"]],
  ["one character less", "TKL000001", ["reference", "receipt", "mpesa_id"]],
  ["one character more", "TKL00000012", ["reference", "receipt", "mpesa_id"]],
  ["the shortest of another time's", "TKL00001", ["reference", "receipt", "mpesa_id"]],
  ["too short for one", "TKL0001", ["reference", "mpesa_id"]],
  ["the longest of another time's", "A".repeat(20), ["reference", "receipt", "mpesa_id"]],
  ["too long for one", "A".repeat(21), ["reference", "mpesa_id"]],
  ["digits alone", "12345678", ["reference", "mpesa_id"]],
  ["an order number", "INV-1001", ["reference", "mpesa_id"]],
])("what %s may be", (_, text, readings) => {
  expect(readingsOf(text)).toEqual(readings);
});
