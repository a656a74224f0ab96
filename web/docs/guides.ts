/**
 * The guides of the documentation: which files of docs/ are pages, in which chapter, and under which address. What is not
 * listed is for people who change Malipo, and stays in the repository.
 */

export interface Guide {
  /** Below `/docs/`; the file is `docs/<slug>.md`. */
  readonly slug: string;
  /** As the list of contents calls it. */
  readonly name: string;
  /** One line for the first page. */
  readonly says: string;
}

export interface Chapter {
  readonly name: string;
  readonly guides: readonly Guide[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    name: "Begin",
    guides: [
      { slug: "quick-start", name: "Quick start", says: "From nothing to a paid order on your own machine." },
      { slug: "testing", name: "Testing", says: "Numbers with a fixed behaviour, faults, and a clock you can move." },
      { slug: "go-live", name: "Going live", says: "What to ask Safaricom for, in which order, and how to check it." },
    ],
  },
  {
    name: "Charge",
    guides: [
      { slug: "checkout", name: "Payment links", says: "Charge with a link: no phone number asked for by you." },
      { slug: "idempotency", name: "Idempotency", says: "Why a request can be repeated, and how to choose its key." },
      { slug: "webhooks", name: "Webhooks", says: "Be told how a payment ended, and know that it was us." },
      { slug: "live", name: "Live status", says: "Show the payer what happens while it happens." },
      { slug: "client", name: "Client library", says: "Types, keys, retries and signatures, done for you." },
    ],
  },
  {
    name: "Understand",
    guides: [
      { slug: "transactions", name: "A payment's life", says: "Every state, every move, and what proves it." },
      { slug: "errors", name: "Errors", says: "Every problem that the API answers with." },
      { slug: "failures", name: "Failures", says: "Why a payment or a payout fails, and what to tell the payer." },
    ],
  },
  {
    name: "Move money",
    guides: [
      { slug: "refunds", name: "Refunds", says: "Give a payment back, whole or in part, and never twice." },
      { slug: "payouts", name: "Payouts", says: "Pay one person or ten thousand, with two pairs of eyes." },
      { slug: "reconciliation", name: "Reconciliation", says: "How a day is closed and explained to the shilling." },
      { slug: "audit", name: "Audit", says: "From any scrap of paper to a transaction's whole life." },
      { slug: "proof", name: "Proof", says: "How to try to break it, and what that does not prove." },
    ],
  },
];

/** The file of docs/ that a guide is made from. */
export const fileOf = ({ slug }: Guide): string => `${slug}.md`;

export const GUIDES: readonly Guide[] = CHAPTERS.flatMap(({ guides }) => guides);
