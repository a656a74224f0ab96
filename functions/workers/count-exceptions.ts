/**
 * Once an hour: how many exceptions wait for somebody, by their age. What must stay true: it reads and changes nothing; a
 * group without any is told as nought, so that a chart shows when the last one was dealt with.
 */
import type { Clock } from "../domain/clock.ts";
import { ageBucket } from "../domain/exception.ts";
import { AGE_BUCKETS } from "../domain/exception-states.ts";
import type { Measure } from "../runtime/metrics.ts";

export interface CountExceptionsDeps {
  readonly storefronts: () => Promise<readonly { readonly id: string }[]>;
  /** When a storefront's open exceptions were opened, epoch milliseconds. */
  readonly openedAt: (storefront: string) => Promise<readonly number[]>;
  readonly measure: Measure;
  readonly clock: Clock;
}

export const countExceptions = (deps: CountExceptionsDeps) => async (): Promise<void> => {
  const opened: number[] = [];
  for (const { id } of await deps.storefronts()) opened.push(...(await deps.openedAt(id)));
  const now = deps.clock.now();
  const ages = opened.map((at) => ageBucket(at, now));
  for (const age of AGE_BUCKETS)
    deps.measure({ values: { OpenExceptions: ages.filter((one) => one === age).length }, code: null, age, at: now });
};
