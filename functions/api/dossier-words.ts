/** A timeline's codes as a reader of the printed page meets them. What has no words here is said by its own name. */
import type { Relation } from "./responses-dossier.ts";
import type { TimelineEntry } from "./responses-timeline.ts";

const FINDINGS: Readonly<Record<string, string>> = {
  created: "Put on the ledger",
  accepted: "M-PESA took it",
  refused: "M-PESA refused it",
  unknown: "The answer was lost; nobody knows yet",
  paid: "M-PESA says it was paid",
  unpaid: "M-PESA says it was not paid",
  unverified: "Told from an address that is not Safaricom's",
  unreadable: "A message that could not be understood",
  overdue: "Nobody could tell through all our asking",
  claimed: "About to be sent",
  untold: "M-PESA was asked and did not tell",
  cancelled: "Cancelled",
  opened: "Opened for a person to look at",
  assigned: "Given to somebody",
  noted: "Somebody wrote a note",
  resolved: "Resolved",
  refund_started: "A refund was started",
  refund_succeeded: "A refund went back",
  refund_failed: "A refund came to nothing",
  merged: "Turned out to be one with another payment",
  routed: "Given to its storefront",
  erased: "A person's data was erased, and what Safaricom had written with it",
};

const SOURCES: Readonly<Record<string, string>> = {
  api: "through the API",
  submit: "Safaricom's answer to our request",
  callback: "Safaricom's callback",
  query: "Safaricom, asked by us",
  sweep: "our own sweep",
  c2b: "Safaricom's confirmation",
  pull: "Safaricom's list of payments",
  statement: "the statement",
  operator: "a person",
};

export const RELATIONS: Readonly<Record<Relation, string>> = {
  refund: "Refund of this payment",
  refund_of: "The payment that this is a refund of",
  merged_into: "The payment that this one has turned out to be",
  part_of: "The batch that this payout is part of",
  replaced_by: "The payout that was made in its place",
};

/** The fields of a resource that a reader looks for, in this order, under these words. */
export const FACTS: readonly (readonly [field: string, words: string])[] = [
  ["phone", "Phone"],
  ["payer_name", "Payer, in M-PESA's words"],
  ["reference", "Reference"],
  ["description", "Description"],
  ["receipt", "M-PESA receipt"],
  ["paid_at", "Paid"],
  ["source", "How it came"],
  ["routing", "How it came to the storefront"],
  ["reason", "Reason"],
  ["kind", "Kind"],
  ["remarks", "Remarks"],
  ["refunded_amount", "Refunded"],
  ["created_at", "Made"],
  ["updated_at", "Last changed"],
];

export const plainWords = (code: string): string => {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const findingWords = ({ finding }: Pick<TimelineEntry, "finding">): string =>
  FINDINGS[finding] ?? plainWords(finding);
export const sourceWords = ({ source }: Pick<TimelineEntry, "source">): string => SOURCES[source] ?? plainWords(source);

const NAIROBI = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Africa/Nairobi",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A UTC time as it was in Nairobi. */
export const nairobiWords = (iso: string): string => NAIROBI.format(new Date(iso));

const SHILLINGS = new Intl.NumberFormat("en-KE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Shillings. */
export const shillingWords = (amount: number): string => `KES ${SHILLINGS.format(amount)}`;

/** What an entry names, as people write it: money in shillings, moments in Nairobi time. */
export const factWord = ([name, value]: readonly [string, string | number | boolean]): string => {
  const said = (label: string, words: string): string => `${label.replaceAll("_", " ")}: ${words}`;
  if (typeof value === "number" && name.endsWith("_cents"))
    return said(name.replace(/_cents$/, ""), shillingWords(value / 100));
  if (typeof value === "number" && name.endsWith("_at")) return said(name, NAIROBI.format(new Date(value)));
  return said(name, String(value));
};
