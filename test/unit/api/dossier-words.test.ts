import { expect, test } from "vitest";
import { factWord } from "../../../functions/api/dossier-words.ts";

test.each([
  [["amount_cents", 150_000], "amount: KES 1,500.00"],
  [["paid_at", Date.parse("2026-11-22T04:12:58Z")], "paid at: 22 Nov 2026, 07:12:58"],
  [["receipt", "UKMPVWXKYX"], "receipt: UKMPVWXKYX"],
  [["attempts", 2], "attempts: 2"],
  [["disputed", true], "disputed: true"],
] as const)("what an entry names is said as people write it: %j", (named, words) => {
  expect(factWord(named)).toBe(words);
});
