/**
 * Where a webhook may go. A storefront chooses the address and our network sends there, so an address could be used to
 * reach what only our network can: metadata services, private hosts, the machine itself. What must stay true: only public
 * addresses are called, over TLS, and what was checked is what is connected to: a name is resolved once, every address
 * behind it must be public, and the connection is made to one of those.
 */
import ipaddr from "ipaddr.js";
import { LONGEST_ENDPOINT_URL } from "../domain/webhook-endpoint.ts";

/** What the stage allows beyond public addresses: the developer's own machine. */
export interface GuardPolicy {
  readonly loopback: boolean;
}

/** All addresses behind a host name. Rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** An address that may be called, and the network addresses that it may be reached at. */
export interface GuardedTarget {
  readonly url: URL;
  readonly addresses: readonly string[];
}

export type Guarded =
  | { readonly ok: true; readonly target: GuardedTarget }
  /** `because` completes the sentence "this address ...". `unresolved`: the name may come to mean something later. */
  | { readonly ok: false; readonly because: string; readonly unresolved: boolean };

const no = (because: string, unresolved = false): Guarded => ({ ok: false, because, unresolved });

/** Every IPv6 address of the public internet is in here; anything else is special, or not given to anybody yet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** What `::ffff:10.0.0.1` really is. */
const unwrapped = (address: string): ipaddr.IPv4 | ipaddr.IPv6 => {
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
};

/** Whether anybody on the internet could be at this address. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = unwrapped(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_UNICAST) : true;
};

const isLoopback = (address: string): boolean => ipaddr.isValid(address) && unwrapped(address).range() === "loopback";

/** The host without the brackets that an IPv6 address wears in a URL. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "::1"]);

const isDevelopers = (url: URL, { loopback }: GuardPolicy): boolean =>
  loopback && url.protocol === "http:" && LOOPBACK_HOSTS.has(hostOf(url));

/** What is wrong with the address as it is written; null when nothing is. Knows no network. */
export const checkWritten = (text: string, policy: GuardPolicy): string | null => {
  if (text.length > LONGEST_ENDPOINT_URL) return `has more than ${LONGEST_ENDPOINT_URL} characters`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return "is no URL";
  if (url.username !== "" || url.password !== "") return "holds a name or a password; webhooks are signed instead";
  if (url.hash !== "") return "has a fragment, which is never sent";
  if (isDevelopers(url, policy)) return null;
  if (url.protocol !== "https:") return "does not begin with https://";
  if (url.port !== "") return "names a port; webhooks go to 443";
  const host = hostOf(url);
  return ipaddr.isValid(host) && !isPublicAddress(host) ? "is not a public address" : null;
};

/** Resolves an address and says whether it may be called now. Called before every attempt, because names change. */
export const guardAddress = async (text: string, policy: GuardPolicy, resolve: Resolve): Promise<Guarded> => {
  const mistake = checkWritten(text, policy);
  if (mistake !== null) return no(mistake);
  const url = new URL(text);
  const host = hostOf(url);
  let addresses: readonly string[];
  try {
    addresses = ipaddr.isValid(host) ? [host] : await resolve(host);
  } catch {
    return no("names a host that can't be found", true);
  }
  if (addresses.length === 0) return no("names a host that can't be found", true);
  const mayBe = isDevelopers(url, policy) ? isLoopback : isPublicAddress;
  return addresses.every(mayBe)
    ? { ok: true, target: { url, addresses } }
    : no("leads to an address that is not public");
};
