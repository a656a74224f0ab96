/**
 * Time, as the simulator sees it. The core never reads the machine's clock and never sets a timer by itself: whoever
 * starts it hands in a clock, real or virtual, and the same requests at the same instants give the same answers.
 */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `run` once, `ms` milliseconds from now. The function that comes back cancels it. */
  after(ms: number, run: () => void): () => void;
};

/** A promise for an instant `ms` milliseconds from now. */
export const wait = (clock: Pick<Clock, "after">, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/** The same clock, with one handle that cancels everything still waiting on it: a reset leaves no timer behind. */
export const stoppable = (clock: Clock): { clock: Clock; stop: () => void } => {
  const waiting = new Set<() => void>();
  return {
    clock: {
      now: () => clock.now(),
      after(ms, run) {
        const stopWaiting = clock.after(ms, () => {
          waiting.delete(cancel);
          run();
        });
        const cancel = (): void => {
          waiting.delete(cancel);
          stopWaiting();
        };
        waiting.add(cancel);
        return cancel;
      },
    },
    stop() {
      for (const cancel of [...waiting]) cancel();
    },
  };
};
