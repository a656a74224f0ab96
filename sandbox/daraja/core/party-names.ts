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

/** `254712345678 - ESTHER OTIENO`. */
export const publicName = (msisdn: string): string => {
  const digit = (place: number): number => Number(msisdn.at(place) ?? 0);
  return `${msisdn} - ${FIRST_NAMES[digit(-1)] ?? ""} ${LAST_NAMES[digit(-2)] ?? ""}`;
};
