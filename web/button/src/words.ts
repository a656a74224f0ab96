/** What the button says, and what it tells a screen reader. */

export interface Words {
  readonly label: string;
  readonly opened: string;
  readonly closed: string;
  readonly paid: string;
}

const ENGLISH: Words = {
  label: "Pay with M-PESA",
  opened: "The payment page is open in another window. Press again to go to it.",
  closed: "The payment page was closed. Press again to open it.",
  paid: "Paid with M-PESA",
};

const SWAHILI: Words = {
  label: "Lipa kwa M-PESA",
  opened: "Ukurasa wa malipo umefunguliwa kwenye dirisha lingine. Bonyeza tena kuuona.",
  closed: "Ukurasa wa malipo umefungwa. Bonyeza tena kuufungua.",
  paid: "Umelipa kwa M-PESA",
};

/** Swahili for `sw` and `sw-KE`; English for everybody else. */
export const wordsIn = (language: string | null): Words => (/^sw\b/i.test(language ?? "") ? SWAHILI : ENGLISH);
