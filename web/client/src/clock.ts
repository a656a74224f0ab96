/** Time as the client needs it, so that a test can bring its own. */

export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason once it is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const refuse = (): void => {
        clearTimeout(timer);
        reject(reasonOf(signal));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", refuse);
        resolve();
      }, ms);
      signal?.addEventListener("abort", refuse, { once: true });
      if (signal?.aborted === true) refuse();
    }),
};

/** Why a signal was aborted, as an Error. */
export const reasonOf = (signal: AbortSignal | undefined): Error => {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error("The call was given up.", { cause: reason });
};
