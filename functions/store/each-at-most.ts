/** Many calls, a bounded number of them at a time. */

/** Does `work` on each of `items`, at most `most` at once. Throws the first fault, once nothing is running any more. */
export const eachAtMost = async <T>(
  most: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, worker));
  const fault = ended.find((one) => one.status === "rejected");
  if (fault) throw fault.reason;
};
