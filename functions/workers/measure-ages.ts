/** Says how old those are that a sweep asked about in vain: a few lines for any number of them, and none for none. */
import type { Clock } from "../domain/clock.ts";
import { MOST_VALUES } from "../runtime/metrics.ts";
import type { Measure, MeasureName } from "../runtime/metrics.ts";

/** `ages` in milliseconds. */
export const measureAges = (
  { measure, clock }: { readonly measure: Measure; readonly clock: Clock },
  name: Extract<MeasureName, `${string}UnknownAge`>,
  ages: readonly number[],
): void => {
  for (let from = 0; from < ages.length; from += MOST_VALUES)
    measure({ values: { [name]: ages.slice(from, from + MOST_VALUES) }, code: null, at: clock.now() });
};
