/**
 * What spreadsheets do to a number that they take for one of theirs, and how to tell. What must stay true: damage that
 * lost digits is named and refused, never undone; only what added something (quotes, an apostrophe) is taken off.
 */
import { fold, INVISIBLE } from "../../domain/characters.ts";

const FORMULA_TEXT = /^="([^"]*)"$/;
const QUOTES = /^["'`\u2018\u2019\u201c\u201d]+|["'`\u2018\u2019\u201c\u201d]+$/g;

/** Text in plain ASCII wherever it can be, without what shows nothing, trimmed. */
export const visible = (text: string): string => fold(text).replaceAll(INVISIBLE, "").trim();

/** As `visible`, without what keeps a spreadsheet from reading a number: `'0712...`, `="0712..."`, stray quotes. */
export const bareNumber = (text: string): string =>
  visible(text).replace(FORMULA_TEXT, "$1").replace(QUOTES, "").trim();

const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d*)?E[+-]?\d+$/i;
const FAULT = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|#{2,})$/i;

export const isScientific = (text: string): boolean => SCIENTIFIC.test(text);
/** `#N/A`, `#REF!`, `########` and the like. */
export const isFault = (text: string): boolean => FAULT.test(text);

export const ROUNDED =
  "Excel has rounded this number, and its digits are lost from the file. Format the column as text, enter or paste the number again, and export again.";
export const FAULTY =
  "The cell holds a spreadsheet's error or ##### instead of a value. Mend it there and export again.";
