/**
 * Finds Kenyan phone numbers in running text and hides their middle: in every spelling, inside M-PESA's push ids, in URLs
 * and in JSON. What must stay true: never five digits of a number in a row are left, and a date, an amount, a receipt or
 * an id of ours is left whole.
 */
import { fold } from "./characters.ts";
import { ID_ALPHABET, ID_LENGTH } from "./ids.ts";

/** What may stand between the digits of a number; `%20` in URLs. */
const SEP = "(?:[ ().\\/\\[\\]~\\t\\x01-]|%20){0,4}";
/** The country's code, perhaps twice or with the trunk's zero after it; or that zero alone, which no decimal point follows. */
const PREFIX = `(?:(?:00${SEP})?254${SEP}(?:(?:254|0)${SEP}){0,2}|0(?:[ ()\\[\\]\\t\\x01-]|%20){0,4})`;

/** Digits that could pass for a number and are none: our ids, UUIDs, digests, dates and addresses written with dots. */
const NOT_PHONES = [
  `\\b[a-z]{3}_[${ID_ALPHABET}]{${ID_LENGTH}}(?![0-9a-z])`,
  "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b",
  "\\b[0-9a-f]{64}\\b",
  "ws_CO_\\d{15,21}\\*{5}\\d{3}",
  "(?<!\\d)\\d\\d[.\\/-]\\d\\d[.\\/-]\\d{4}[ T]\\d\\d:\\d\\d",
].join("|");

/** What a mask of ours shows before its stars. Stars after anything else are somebody else's, and hide nothing. */
const [GLUED_HEAD, LONE_HEAD] = ["(?:254|ws_CO_\\d{14,20})[17]", "(?<!\\d)[17]"];
/** The digits before our stars end no other number ... */
const BEFORE_MASK = `(?!(?<=${GLUED_HEAD}|${LONE_HEAD})\\*{5})`;
/** ... and those after them begin none: three, which more can follow only where the number was glued to others. */
const AFTER_MASK = `(?<!${GLUED_HEAD}\\*{5}\\d{0,2}|${LONE_HEAD}\\*{5}(?=\\d{3}(?!\\d))\\d{0,2})`;

/**
 * In turn: what is no number; a push id, which ends in the payer's nine digits; a number with its prefix; one glued to
 * other digits (no 14-digit date of this century holds 2547 or 2541 followed by eight more); nine digits alone.
 */
const PHONES = new RegExp(
  [
    `(${NOT_PHONES})`,
    `ws_CO_\\d{14,20}(\\d{9})(?!\\d)${BEFORE_MASK}`,
    `(?<!\\d)(?<!\\d[.,])${AFTER_MASK}(${PREFIX}[17](?:${SEP}\\d){8})(?!\\d)${BEFORE_MASK}`,
    `${AFTER_MASK}(254[17]\\d{8})${BEFORE_MASK}`,
    `(?<![\\w.-])${AFTER_MASK}([17]\\d{2}[ -]?\\d{3}[ -]?\\d{3})(?!\\w|[.-]\\d)${BEFORE_MASK}`,
  ].join("|"),
  "g",
);

const QUANTITIES =
  "amount|cents|total|balance|funds|fees?|charges?|paid_in|withdrawn|count|size|bytes|length|ms|seconds|epoch|version|offset";
const QUANTITY_NAME = new RegExp(`(?:${QUANTITIES})$`, "i");
const QUANTITY_BEFORE = new RegExp(`(?:${QUANTITIES})["'\\\\]{0,4}\\s?[:=]\\s?["'\\\\]{0,4}$`, "i");
/** How far before nine digits the name of what they count may begin. */
const REACH = 40;

/** Whether what goes by this name is an amount, a count or a size, so that nine digits alone are no phone number. */
export const namesQuantity = (name: string): boolean => QUANTITY_NAME.test(name);

const nineMasked = (nine: string): string => `${nine.charAt(0)}*****${nine.slice(-3)}`;

interface Found {
  readonly from: number;
  readonly until: number;
  readonly mask: string;
}

/** Where the number is and what to show instead; null when what matched is none. */
const numberIn = (match: RegExpExecArray): Found | null => {
  const [whole, , pushNine, prefixed, glued, alone] = match;
  const until = match.index + whole.length;
  if (pushNine !== undefined) return { from: until - pushNine.length, until, mask: nineMasked(pushNine) };
  const nine = (prefixed ?? glued ?? alone ?? "").replace(/%20|\D/g, "").slice(-9);
  if (alone === undefined) return { from: match.index, until, mask: `254${nineMasked(nine)}` };
  const before = match.input.slice(Math.max(0, match.index - REACH), match.index);
  return QUANTITY_BEFORE.test(before) ? null : { from: match.index, until, mask: nineMasked(nine) };
};

/** The text with every Kenyan phone number as `2547*****678`. Linear in the text's length. */
export const maskPhonesIn = (text: string): string => {
  const folded = fold(text);
  let masked = "";
  let done = 0;
  PHONES.lastIndex = 0;
  for (let match = PHONES.exec(folded); match !== null; match = PHONES.exec(folded)) {
    if (match[1] !== undefined) continue;
    const found = numberIn(match);
    if (found) {
      masked += text.slice(done, found.from) + found.mask;
      done = found.until;
    } else PHONES.lastIndex = match.index + 1;
  }
  return done === 0 ? text : masked + text.slice(done);
};
