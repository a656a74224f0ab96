import { expect, it } from "vitest";
import { fold, INVISIBLE } from "../../../functions/domain/characters.ts";

it("plain text is left as it is", () => {
  const text = 'Call +254 (0)712-345678, {"a": "b"}\r\n';
  expect(fold(text)).toBe(text);
});

it("folded text is as long as the text, so that places in one are places in the other", () => {
  const text = "é０𝟕\u00a0\u2011\u200b٥😀ﬁ";
  expect(fold(text)).toBe(`é07${INVISIBLE} -${INVISIBLE}5😀ﬁ`);
  expect(fold(text)).toHaveLength(text.length);
});

it("every decimal digit of Unicode becomes its ASCII digit", () => {
  const zeros = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xe50, 0x1040, 0xff10, 0x1d7ce, 0x1d7f6, 0x104a0, 0x116d0, 0x116da];
  for (const zero of zeros)
    for (let digit = 0; digit < 10; digit += 1)
      expect(fold(String.fromCodePoint(zero + digit)).charAt(0)).toBe(String(digit));
});
