/**
 * Which file answers for an address of the pages, and what it is sent with, by CloudFront and by the sandbox alike. A page
 * runs its own script and its own style and speaks to the address that it came from; nothing may be put into it, and it may
 * be put into nothing.
 */
const policyWith = (styles: string): string =>
  `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export const PAGE_POLICY = policyWith("'self'");

/** The API reference's own script writes styles into its page. Scripts stay as strict as everywhere. */
export const REFERENCE_POLICY = policyWith("'self' 'unsafe-inline'");

/** The one page with that policy. */
export const REFERENCE_PAGE = "/docs/api";

export const PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/** Two years: the address is never served without TLS. */
export const TLS_ONLY_SECONDS = 63_072_000;

/** Files named after their content never change; whatever names them is looked at afresh. */
const KEPT_FOR_EVER = "public, max-age=31536000, immutable";
const LOOKED_AT_AFRESH = "no-cache";

/** Where the page's files lie below the address. */
export const CHECKOUT_PREFIX = "checkout/";

/** The address of the page of one session, or of one payment, which the page's first file answers for. */
export const CHECKOUT_PAGE = "^/checkout/(cks|pay)_[0-9a-z]{26}/?$";

/** Where the documentation's files lie below the address. */
export const DOCS_PREFIX = "docs/";

/** The documentation's first page, and all others, whose files are named after them. */
export const DOCS_INDEX = "^/docs/?$";
export const DOCS_PAGE = "^/docs(/[a-z0-9_-]+)+/?$";

/** The file that answers for an address: that of a page, or the one that is asked for. */
export const fileOfAddress = (address: string): string => {
  if (new RegExp(CHECKOUT_PAGE).test(address)) return `/${CHECKOUT_PREFIX}index.html`;
  if (new RegExp(DOCS_INDEX).test(address)) return `/${DOCS_PREFIX}index.html`;
  return new RegExp(DOCS_PAGE).test(address) ? `${address.replace(/\/$/, "")}.html` : address;
};

/** The policy that a file leaves with. */
export const policyOf = (file: string): string => (file === `${REFERENCE_PAGE}.html` ? REFERENCE_POLICY : PAGE_POLICY);

/** How a file of the page may be kept by whoever got it. */
export const cachingOf = (path: string): string => (path.includes("/assets/") ? KEPT_FOR_EVER : LOOKED_AT_AFRESH);

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json; charset=utf-8",
};

/** What a file is, by its name; null for a file that no page of ours consists of. */
export const typeOfFile = (name: string): string | null => TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? null;
