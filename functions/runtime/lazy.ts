/**
 * Things that are made when first needed and then kept. It keeps the network, and everything that reaches for it, out of
 * a function's start: importing the composition root makes nothing.
 */
export const lazy = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
