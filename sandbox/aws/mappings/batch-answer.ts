/**
 * What a function's answer to a batch means: which of its items failed. A function that reports partial failures and
 * answers something that can't be read has failed the whole batch, as in the service: nothing that may have failed is
 * taken for done.
 */
import * as z from "zod";

import type { InvokeResult } from "../../lambda/instance.ts";

const Report = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

export type Batch = {
  /** What names each item, in the batch's order. */
  readonly ids: readonly string[];
  /** Whether the mapping has ReportBatchItemFailures; without it the answer says nothing. */
  readonly reportsFailures: boolean;
};

/** The ids of the items that failed; none when all is done, all of them when the whole batch failed. */
export const failedItems = (result: InvokeResult, { ids, reportsFailures }: Batch): ReadonlySet<string> => {
  const all = new Set(ids);
  if (!result.ok) return all;
  if (!reportsFailures) return new Set();
  const report = Report.safeParse(result.payload);
  if (!report.success) return all;
  const failed = new Set(report.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
};
