/**
 * A payment link as the shop's page hands it over. What must stay true: nothing but the address of a checkout page is ever
 * opened, and its token goes nowhere but to that page's own address.
 */

export interface SessionLink {
  /** The page, as it is opened. */
  readonly url: string;
  /** Where it is said how the payment stands. */
  readonly socket: string;
}

const PAGE = /^\/checkout\/(?:cks|pay)_[0-9a-z]{26}\/?$/;
const TOKEN = /^#(ct_[A-Za-z0-9_.-]{1,200})$/;
const THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"];

const parsed = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

/** Null for anything that is not the link of a checkout session, or the `checkout_url` of a payment; plain `http` only on the reader's own machine. */
export const readSessionLink = (text: string | null): SessionLink | null => {
  const url = parsed(text ?? "");
  const token = TOKEN.exec(url?.hash ?? "")?.[1];
  if (url === null || token === undefined || !PAGE.test(url.pathname)) return null;
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && THIS_MACHINE.includes(url.hostname));
  return isSafe ? { url: url.href, socket: `${url.origin.replace("http", "ws")}/ws?token=${token}` } : null;
};
