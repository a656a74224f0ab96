/**
 * What M-PESA says a shortcode's accounts hold. What must stay true: a figure that can't be read is never a zero, and an
 * account that is named twice with two figures is left out: payouts are held back by these numbers.
 */
import type { Account, Balances } from "../domain/balance.ts";
import { SignedCents } from "../domain/balance.ts";
import { readAmount } from "../domain/money.ts";
import { readMpesaTime } from "../domain/time.ts";
import { initiatorTrouble } from "./b2c-result-codes.ts";
import type { InitiatorTrouble } from "./b2c-result-codes.ts";
import { description, optional } from "./mpesa-fields.ts";
import { unlisted } from "./payout-results.ts";
import { readEnvelope } from "./result-envelope.ts";

export type BalanceResult =
  | { readonly readable: true; readonly balances: Balances }
  /** Nothing was learnt about the accounts. */
  | {
      readonly readable: false;
      readonly because: string;
      /** M-PESA did not take the operator who asked: every further call does harm. */
      readonly initiatorTrouble: InitiatorTrouble | null;
      /** M-PESA's code when no table lists it: an alarm. */
      readonly unlistedCode: string | null;
    };

const FIGURES = 4;
/** More than a shortcode has accounts. */
const MOST_ACCOUNTS = 50;

/** An amount that may have a minus in front, in cents. */
const readSigned = (text: string): SignedCents | null => {
  const [, minus = "", rest = ""] = /^\s*(-?)(.*)$/s.exec(text) ?? [];
  const cents: number | null = readAmount(rest);
  if (cents === null) return null;
  return SignedCents.parse(minus === "" || cents === 0 ? cents : -cents);
};

/** `Utility Account|KES|228037.00|228037.00|0.00|0.00`: name, currency, current, available, reserved, uncleared. */
const readAccount = (text: string): Account | null => {
  const [name = "", currency = "", ...figures] = text.split("|").map((field) => field.trim());
  const read = figures
    .slice(0, FIGURES)
    .map(readSigned)
    .filter((cents) => cents !== null);
  const [current, available, reserved, uncleared] = read;
  if (name === "" || currency === "" || current === undefined || available === undefined) return null;
  if (reserved === undefined || uncleared === undefined) return null;
  return { name, currency, current, available, reserved, uncleared };
};

const isSame = (one: Account, other: Account): boolean =>
  one.currency === other.currency &&
  one.current === other.current &&
  one.available === other.available &&
  one.reserved === other.reserved &&
  one.uncleared === other.uncleared;

/** The accounts that are named once, or always alike. `&amp;` is what some bridges make of the `&` between them. */
const readAccounts = (text: string): readonly Account[] => {
  const byName = new Map<string, Account | null>();
  for (const part of text.replaceAll("&amp;", "&").split("&", MOST_ACCOUNTS)) {
    const account = readAccount(part);
    if (account === null) continue;
    const before = byName.get(account.name.toLowerCase());
    const differs = before === null || (before !== undefined && !isSame(before, account));
    byName.set(account.name.toLowerCase(), differs ? null : account);
  }
  return [...byName.values()].filter((account) => account !== null);
};

const nothing = (because: string, code: string | null = null): BalanceResult => ({
  readable: false,
  because,
  initiatorTrouble: code === null ? null : initiatorTrouble(code),
  unlistedCode: code === null ? null : unlisted(code),
});

/** Reads the answer to a balance question (Daraja portal, Account Balance). Total: every string has an answer. */
export const readBalanceResult = (body: string): BalanceResult => {
  const read = readEnvelope(body);
  if (!read.readable) return nothing(read.because);
  const { code, words, parameters } = read.envelope;
  if (code !== "0") return nothing(description(words) ?? "M-PESA did not say why", code);
  const accounts = readAccounts(parameters.get("accountbalance") ?? "");
  if (accounts.length === 0) return nothing("the answer names no readable account");
  return { readable: true, balances: { accounts, asOf: optional(parameters.get("bocompletedtime"), readMpesaTime) } };
};
