/**
 * What is kept of a look at a day for the looks that follow, at the same day and at the next: where everything stood, what
 * was handed over, and what each adjustment changed.
 */
import * as z from "zod";
import { LEDGER_KINDS, MATCH_EXCEPTION_KINDS } from "../domain/matching.ts";
import { DayAdjustment } from "../domain/reconciled-day.ts";

const PLACES = ["explained", "open", "carried", ...MATCH_EXCEPTION_KINDS] as const;

/** Where a thing of the day stands: a transaction by its id, a line by its receipt and kind. */
const Place = z.object({
  subject: z.string(),
  is: z.enum(["line", ...LEDGER_KINDS]),
  place: z.enum(PLACES),
  amount: z.int(),
  receipt: z.string().nullable(),
});
export type Place = z.infer<typeof Place>;

const PlaceChange = z.discriminatedUnion("change", [
  z.object({ change: z.literal("added"), before: z.null(), after: Place }),
  z.object({ change: z.literal("removed"), before: Place, after: z.null() }),
  z.object({ change: z.literal("changed"), before: Place, after: Place }),
]);
export type PlaceChange = z.infer<typeof PlaceChange>;

/** The changes of one adjustment that are listed; its note counts all of them. */
export const CHANGES_LISTED = 5_000;

const Adjusted = z.object({ note: DayAdjustment, changes: z.array(PlaceChange).max(CHANGES_LISTED) });
export type Adjusted = z.infer<typeof Adjusted>;

/** The adjustments of a day that are kept in full; more have never made sense. */
export const ADJUSTMENTS_KEPT = 100;

const DayState = z.object({
  carried: z.array(z.string()),
  ahead: z.array(z.string()),
  places: z.array(Place),
  adjustments: z.array(Adjusted),
});
export type DayState = z.infer<typeof DayState>;

/** Throws for a text that is no kept state. */
export const readDayState = (text: string): DayState => DayState.parse(JSON.parse(text));
