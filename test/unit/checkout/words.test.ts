/** What the page says, in both languages alike. */
import { describe, expect, it, test } from "vitest";
import { minutes, nairobi, shillings } from "../../../web/checkout/src/formats.ts";
import { WORDS } from "../../../web/checkout/src/languages.ts";

const shapeOf = (value: unknown): unknown =>
  typeof value === "function"
    ? "words with a gap"
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
      : typeof value;

it("says as much in Swahili as in English, and says it in Swahili", () => {
  expect(shapeOf(WORDS.sw)).toEqual(shapeOf(WORDS.en));
  const texts = Object.entries(WORDS.en).filter(
    (entry): entry is [keyof typeof WORDS.en, string] => typeof entry[1] === "string",
  );
  for (const [name, english] of texts) expect(WORDS.sw[name], name).not.toBe(english);
});

test.each([
  [1500, "KSh\u00a01,500"],
  [1, "KSh\u00a01"],
  [250_000, "KSh\u00a0250,000"],
  [10.5, "KSh\u00a010.50"],
])("%d shillings read %s", (amount, text) => {
  expect(shillings(amount)).toBe(text);
});

describe("times", () => {
  it("are Nairobi's, whatever the payer's clock is set to", () => {
    expect(nairobi(Date.UTC(2026, 10, 21, 22, 5))).toBe("22/11/2026 01:05");
  });
  it("count down to nothing", () => {
    expect([90_000, 61_000, 60_001, 1, 0].map(minutes)).toEqual(["1:30", "1:01", "1:01", "0:01", "0:00"]);
  });
});
