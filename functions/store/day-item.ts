/** A closed day as one item. What was found is one text: it is written whole and read whole. */
import { readReconciledDay } from "../domain/reconciled-day.ts";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import { CorruptItem, number, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import { AT } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";

const TEXT = "j";

export const newDayItem = (day: ReconciledDay): NewItem => ({
  [AT.id]: text(keys.day(day.shortcode, day.day)),
  [AT.version]: number(day.version),
  [TEXT]: text(JSON.stringify(day)),
});

/** The day that an item holds. Throws `CorruptItem`. */
export const readDayItem = (item: Item): ReconciledDay => {
  const kept = readText(item, TEXT);
  try {
    return readReconciledDay(JSON.parse(kept));
  } catch {
    throw new CorruptItem(TEXT);
  }
};
