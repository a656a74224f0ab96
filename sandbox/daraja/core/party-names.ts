/**
 * The names behind phone numbers, as M-PESA prints them. A number always has the same invented name.
 */
const FIRST_NAMES = ["AMINA", "BRIAN", "CHEBET", "DAVID", "ESTHER", "FAITH", "GEORGE", "HALIMA", "IAN", "JANE"];
const LAST_NAMES = [
  "ACHIENG",
  "BARASA",
  "CHERUIYOT",
  "GITAU",
  "HASSAN",
  "KAMAU",
  "MUTUA",
  "NJERI",
  "OTIENO",
  "WANJIRU",
];

/** The invented owner of a number. */
export const namesOf = (msisdn: string): { readonly first: string; readonly last: string } => {
  const digit = (place: number): number => Number(msisdn.at(place) ?? 0);
  return { first: FIRST_NAMES[digit(-1)] ?? "", last: LAST_NAMES[digit(-2)] ?? "" };
};

/** `ESTHER OTIENO`. */
export const fullName = (msisdn: string): string => {
  const { first, last } = namesOf(msisdn);
  return `${first} ${last}`;
};

/** `254712345678 - ESTHER OTIENO`. */
export const publicName = (msisdn: string): string => `${msisdn} - ${fullName(msisdn)}`;
