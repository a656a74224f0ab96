/** A storefront's id, as commands take it. */
import { required } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { CalledWrongly } from "./refusal.ts";

const STOREFRONT = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** @throws CalledWrongly for what can be no id. */
export const storefrontOf = (line: CommandLine): string => {
  const id = required(line, "storefront");
  if (STOREFRONT.test(id)) return id;
  throw new CalledWrongly(
    "--storefront is 2 to 32 lower-case letters, digits and dashes, beginning with a letter and not ending in a dash.",
  );
};
