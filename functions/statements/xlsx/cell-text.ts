/**
 * A workbook's cell as the text that a person sees in it, as far as a statement needs it. What must stay true: a number
 * loses and gains no digit that it shows, and a date comes out with its year first, which is one day to everybody.
 */
import type { SharedTexts } from "./shared-texts.ts";

export interface CellKinds {
  readonly sharedTexts: SharedTexts;
  readonly dateStyles: readonly boolean[];
  readonly from1904: boolean;
}

export interface RawCell {
  /** Its `t`; empty for a number. */
  readonly type: string;
  readonly style: number;
  readonly value: string;
}

const DAY_SECONDS = 86_400;
/** Days from the sheets' first day to that of the epoch. */
const EPOCH_DAYS = { from1900: 25_569, from1904: 24_107 } as const;
const PLAIN = /^-?\d{1,15}(?:[.]\d{1,2})?$/;
/** What remains of a sum of cents in floating point. */
const DUST = 1e-6;

const dateText = (days: number, from1904: boolean): string | null => {
  const seconds = Math.round((days - (from1904 ? EPOCH_DAYS.from1904 : EPOCH_DAYS.from1900)) * DAY_SECONDS);
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 19).replace("T", " ");
};

const numberText = (value: string): string => {
  if (PLAIN.test(value)) return value;
  const number = Number(value);
  const cents = Math.round(number * 100);
  return Number.isSafeInteger(cents) && Math.abs(number * 100 - cents) < DUST ? String(cents / 100) : value;
};

/** The text; what can't be told stays as it is written. */
export const cellText = ({ type, style, value }: RawCell, kinds: CellKinds): string => {
  switch (type) {
    case "s":
      return /^\d{1,9}$/.test(value) ? (kinds.sharedTexts(Number(value)) ?? "") : "";
    case "":
    case "n":
      if (value === "") return "";
      return (kinds.dateStyles[style] === true ? dateText(Number(value), kinds.from1904) : null) ?? numberText(value);
    case "b":
      return value === "1" ? "true" : "false";
    case "d":
      return value.replace("T", " ");
    default:
      return value;
  }
};
