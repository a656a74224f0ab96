/**
 * What the ledger really had, version by version, and what somebody has to be told of it. What must stay true: none of it
 * asks the code under test what is right: states, amounts and owners are read from the items as they were written.
 */
import type { Item } from "../../../functions/store/attributes.ts";
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Change } from "../dynamo/table.ts";

/** One write of the ledger that somebody is to be told of. */
export interface Told {
  readonly subject: string;
  readonly version: number;
  readonly type: string;
  readonly storefront: string;
  readonly at: number;
  /** When whoever tells had taken it, epoch milliseconds; null until then. */
  tellerDoneAt: number | null;
}

/** The states that are told of, from docs/webhooks.md. */
const TOLD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pay: { succeeded: "payment.succeeded", failed: "payment.failed", reversed: "payment.reversed" },
  exc: { open: "exception.opened" },
};

/** What the API calls the ledger's states. */
const PUBLIC: Readonly<Record<string, string>> = { initiated: "pending", uncertain: "pending" };

const versionOf = (item: Item): number => Number(item[AT.version]?.N);
const entriesOf = (item: Item | null): number => item?.[AT.digests]?.L?.length ?? 0;
const storefrontOf = (item: Item): string => item[AT.timeKey]?.S?.split("#")[0] ?? "";
const stateOf = (item: Item): string => STATE_CODES.read(item, AT.state);

interface Shown {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly amount?: unknown;
  readonly receipt?: unknown;
  readonly reference?: unknown;
  readonly failure?: { readonly code?: unknown } | null;
}

/** What is wrong with how a thing was shown; null when it was so. */
const untrue = (item: Item, shown: Shown): string | null => {
  const state = stateOf(item);
  if (shown.status !== (PUBLIC[state] ?? state)) return `it was ${state}, not ${String(shown.status)}`;
  if (!item[AT.id]?.S?.startsWith("pay_")) return null;
  if (Number(item[AT.amount]?.N) !== Number(shown.amount) * 100) return `it was not of ${String(shown.amount)}`;
  if ((item[AT.receipt]?.S ?? null) !== shown.receipt) return `its receipt was not ${String(shown.receipt)}`;
  if ((item[AT.reference]?.S ?? "") !== shown.reference) return `its reference was not ${String(shown.reference)}`;
  const failure = state === "failed" ? (item[AT.failure]?.M?.["c"]?.S ?? null) : null;
  return (shown.failure?.code ?? null) === failure ? null : `it did not fail for ${String(shown.failure?.code)}`;
};

export interface BooksParts {
  readonly now: () => number;
  readonly wrong: string[];
  /** Nine digits of every phone of the world. */
  readonly phones: readonly string[];
}

export const createBooks = ({ now, wrong, phones }: BooksParts) => {
  const versions = new Map<string, Map<number, Item>>();
  const told: Told[] = [];
  const asked = new Map<string, number>();

  const changed = ({ key, before, after }: Change): void => {
    if (!after || entriesOf(after) <= entriesOf(before)) return;
    const version = versionOf(after);
    const known = versions.get(key) ?? new Map<number, Item>();
    versions.set(key, known.set(version, after));
    const type = TOLD[key.split("_")[0] ?? ""]?.[stateOf(after)];
    const storefront = storefrontOf(after);
    const isNews = !before || stateOf(before) !== stateOf(after) || storefrontOf(before) !== storefront;
    if (type !== undefined && isNews)
      told.push({ subject: key, version, type, storefront, at: now(), tellerDoneAt: null });
  };

  /** Says whether a thing was ever as it is shown under this sequence. */
  const checkShown = (subject: string, sequence: number, shown: Shown): Item | null => {
    const item = versions.get(subject)?.get(sequence) ?? null;
    const because = item === null ? "there was no such version yet" : untrue(item, shown);
    if (because !== null) wrong.push(`${subject} was told as it never was at ${sequence}: ${because}`);
    return item;
  };

  const checkQuiet = (what: string, text: string): void => {
    if (phones.some((phone) => text.includes(phone))) wrong.push(`${what} tells a phone number`);
  };

  return {
    changed,
    checkShown,
    checkQuiet,
    told,
    storefrontOf,
    /** The version of a thing now; 0 when there is none. */
    versionOf: (key: string): number => Math.max(0, ...(versions.get(key)?.keys() ?? [])),
    /** A batch of the stream was taken by whoever tells. */
    tellerDone(writes: readonly { readonly after: Item | null }[]): void {
      for (const { after } of writes) {
        const [id, version] = [after?.[AT.id]?.S, after && versionOf(after)];
        for (const one of told) if (one.subject === id && one.version === version) one.tellerDoneAt ??= now();
      }
    },
    /** Something was said on the socket of a payment; gives its sequence, null when it was about no payment. */
    said(payment: string, text: string): number | null {
      const message = JSON.parse(text) as { type: string; payment?: Shown; sequence?: number };
      checkQuiet(`a page of ${payment}`, text);
      if (message.type !== "payment.updated") return null;
      if (message.payment?.id !== payment)
        wrong.push(`the page of ${payment} was told of ${String(message.payment?.id)}`);
      else checkShown(payment, message.sequence ?? 0, message.payment);
      return message.sequence ?? 0;
    },
    /** An owner asks to have something of this endpoint sent again. */
    asked: (endpoint: string): void => void asked.set(endpoint, now()),
    askedAt: (endpoint: string): number => asked.get(endpoint) ?? -Infinity,
  };
};
export type Books = ReturnType<typeof createBooks>;
