/**
 * What every file of a page is sent with, by CloudFront and by the sandbox alike. The page runs its own script and its own
 * style and speaks to the address that it came from; nothing may be put into it, and it may be put into nothing.
 */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/** Two years: the address is never served without TLS. */
export const TLS_ONLY_SECONDS = 63_072_000;

/** Files named after their content never change; whatever names them is looked at afresh. */
const KEPT_FOR_EVER = "public, max-age=31536000, immutable";
const LOOKED_AT_AFRESH = "no-cache";

/** Where the page's files lie below the address. */
export const CHECKOUT_PREFIX = "checkout/";

/** The address of one session's page, which the page's first file answers for. */
export const CHECKOUT_PAGE = "^/checkout/cks_[0-9a-z]{26}/?$";

/** How a file of the page may be kept by whoever got it. */
export const cachingOf = (path: string): string => (path.includes("/assets/") ? KEPT_FOR_EVER : LOOKED_AT_AFRESH);

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** What a file is, by its name; null for a file that no page of ours consists of. */
export const typeOfFile = (name: string): string | null => TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? null;
