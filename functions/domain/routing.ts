/**
 * Whose a payment from the phone's menu is, by the account number that the customer typed. What must stay true: every
 * payment has a storefront, and one that no reference fits waits with the shortcode's owner instead of being guessed.
 */
import type { Routing } from "./payment.ts";

/** As much of a storefront as routing looks at. */
export interface RoutedStorefront {
  readonly id: string;
  /** Null: the stage's own. */
  readonly shortcode: string | null;
  /** What the account references of its customers begin with, in any case. */
  readonly references: readonly string[];
  readonly isDefault: boolean;
}

export interface Route {
  readonly storefront: string;
  readonly routing: Exclude<Routing, "requested">;
}

/** The storefronts that take payments on `shortcode`, by id. */
export const storefrontsOf = <S extends RoutedStorefront>(storefronts: readonly S[], shortcode: string): readonly S[] =>
  storefronts
    .filter((storefront) => storefront.shortcode === null || storefront.shortcode === shortcode)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The storefront that a shortcode's payments belong to when nothing else is known: its default one, else the first by id.
 * Null only where there are no storefronts at all.
 */
export const ownerOfShortcode = (storefronts: readonly RoutedStorefront[], shortcode: string): string | null => {
  const own = storefrontsOf(storefronts, shortcode);
  const among = own.length > 0 ? own : storefronts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return (among.find(({ isDefault }) => isDefault) ?? among[0])?.id ?? null;
};

/** The storefronts whose longest fitting prefix is the longest of all. */
const claimants = (reference: string, storefronts: readonly RoutedStorefront[]): readonly string[] => {
  const typed = reference.trim().toLowerCase();
  const fits = storefronts.flatMap(({ id, references }) =>
    references
      .filter((prefix) => prefix !== "" && typed.startsWith(prefix.toLowerCase()))
      .map(({ length }) => ({ id, length })),
  );
  const longest = Math.max(0, ...fits.map(({ length }) => length));
  return [...new Set(fits.filter(({ length }) => length === longest).map(({ id }) => id))];
};

/**
 * Where a payment to `shortcode` under `reference` goes: to the one storefront whose prefix fits, the longest first, else to
 * the shortcode's owner as unmatched. Null only where there are no storefronts at all.
 */
export const routeReference = (
  storefronts: readonly RoutedStorefront[],
  { shortcode, reference }: { readonly shortcode: string; readonly reference: string },
): Route | null => {
  const [claimant, ...others] = claimants(reference, storefrontsOf(storefronts, shortcode));
  if (claimant !== undefined && others.length === 0) return { storefront: claimant, routing: "matched" };
  const owner = ownerOfShortcode(storefronts, shortcode);
  return owner === null ? null : { storefront: owner, routing: "unmatched" };
};
