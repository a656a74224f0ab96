/**
 * The characters that people and programs write numbers with, folded to plain ASCII: digits of other scripts and of full
 * width, spaces and hyphens of every kind, marks that show nothing. What must stay true: the folded text is as long as
 * the text, position for position, so what is found in the one can be replaced in the other.
 */

/** Stands for a character that shows nothing: a reader would not see it, so a number goes on across it. */
export const INVISIBLE = "\u0001";

const ASCII = /^[\x20-\x7e\t\r\n]*$/;
const SPACE = /^[\s\u180e\u2800\u3164]$/u;
const HYPHEN = /^[\p{Pd}\u2212\u00ad\u2043\u30fc]$/u;
const UNSEEN = /^[\p{Cf}\p{Mn}\p{Me}\p{Cc}]$/u;
const DIGIT = /^\p{Nd}$/u;
const PLAIN = /^[0-9A-Za-z+().,/:=-]$/;

/** Scripts hold their digits in tens, zero first and at most two tens in a row: the digit is the distance from a zero. */
const digitOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  let distance = 0;
  while (distance < 20 && DIGIT.test(String.fromCodePoint(Math.max(0, code - distance - 1)))) distance += 1;
  return String(distance % 10);
};

const foldOne = (character: string): string => {
  if (ASCII.test(character)) return character;
  if (SPACE.test(character)) return " ";
  if (HYPHEN.test(character)) return "-";
  if (UNSEEN.test(character)) return INVISIBLE;
  const plain = character.normalize("NFKC");
  if (PLAIN.test(plain)) return plain;
  return DIGIT.test(character) ? digitOf(character) : character;
};

/** The text in plain ASCII wherever it can be, with the same length. */
export const fold = (text: string): string => {
  if (ASCII.test(text)) return text;
  let folded = "";
  for (const character of text) folded += foldOne(character).padEnd(character.length, INVISIBLE);
  return folded;
};
