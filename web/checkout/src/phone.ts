/**
 * Reads what a payer typed as a Kenyan mobile number, while they type. The API has the last word and reads every spelling
 * by itself; this only shows what will be understood, so it must never understand anything else. A test holds the two
 * together.
 */

export type Reading =
  | { readonly ok: true; /** `254712345678` */ readonly msisdn: string }
  | {
      readonly ok: false;
      readonly because: "empty" | "unfinished" | "too_long" | "foreign" | "not_mobile" | "unreadable";
    };

const LONGEST = 64;
const NATIONAL = 9;
const DIGIT = /^\p{Nd}$/u;
const HYPHENS = /[\p{Pd}\u2212\u00ad\u2043\u30fc]/gu;
const BLANKS = /[\s\u180e\u2800\u3164]/gu;
const UNSEEN = /[\p{Cf}\p{Mn}\p{Me}\p{Cc}]/gu;
const SEPARATORS = /[\s().[\]/~-]/g;

/** Scripts hold their digits in tens, zero first and at most two tens in a row: the digit is the distance from a zero. */
const plainDigit = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  let distance = 0;
  while (distance < 20 && DIGIT.test(String.fromCodePoint(Math.max(0, code - distance - 1)))) distance += 1;
  return String(distance % 10);
};

/** The text in plain ASCII wherever it can be. */
const plain = (text: string): string => {
  const ascii = /^[\x20-\x7e\s]*$/.test(text)
    ? text
    : text.replace(BLANKS, " ").replace(HYPHENS, "-").replace(UNSEEN, "");
  return Array.from(ascii, (character) => {
    const simple = character.normalize("NFKC");
    if (/^[0-9A-Za-z+().,/:=-]$/.test(simple)) return simple;
    return DIGIT.test(character) ? plainDigit(character) : character;
  }).join("");
};

/** What follows the country's code and the trunk's zero, each of which may be missing or written twice. */
const nationalPart = (digits: string): string => {
  let national = digits.replace(/^0{2,3}(?=254)/, "");
  for (let round = 0; round < 3 && national.length > NATIONAL; round += 1) {
    if (national.startsWith("254")) national = national.slice(3);
    else if (national.startsWith("0") && !national.startsWith("00")) national = national.slice(1);
  }
  return national;
};

const reasonFor = (national: string): Extract<Reading, { ok: false }>["because"] => {
  const rest = national.replace(/^(?:254|0)/, "");
  if (rest === "" || (/^[17]/.test(rest) && rest.length < NATIONAL)) return "unfinished";
  if (/^[17]/.test(rest)) return "too_long";
  return national.startsWith("00") || rest.length > NATIONAL ? "foreign" : "not_mobile";
};

/** Never throws. */
export const readPhone = (text: string): Reading => {
  if (text.length > LONGEST) return { ok: false, because: "too_long" };
  const visible = plain(text).trim();
  if (visible === "") return { ok: false, because: "empty" };
  const match = /^(\+*)(\d*)$/.exec(visible.replace(/^tel:/i, "").replace(SEPARATORS, ""));
  if (!match) return { ok: false, because: "unreadable" };
  const [, plus = "", digits = ""] = match;
  if (digits === "") return { ok: false, because: plus === "" ? "unreadable" : "unfinished" };
  if (plus !== "" && !/^0*254/.test(digits) && !digits.startsWith("0"))
    return { ok: false, because: "254".startsWith(digits.slice(0, 3)) ? "unfinished" : "foreign" };
  const national = nationalPart(digits);
  return /^[17]\d{8}$/.test(national)
    ? { ok: true, msisdn: `254${national}` }
    : { ok: false, because: reasonFor(national) };
};

/** `254712345678` as people in Kenya write it, `0712 345 678`, never broken across lines. */
export const spelled = (msisdn: string): string =>
  `0${msisdn.slice(3, 6)}\u00a0${msisdn.slice(6, 9)}\u00a0${msisdn.slice(9)}`;
