/** How a kept text that was erased lies on the ledger: without the text, and marked, so that nobody takes it for a loss. */
import type { Item } from "./attributes.ts";

/** Stands in the place of a text that was erased. */
export const ERASED_TEXT = "er";

/** Whether the text was there and is erased. */
export const isErased = (item: Item): boolean => item[ERASED_TEXT]?.BOOL ?? false;
