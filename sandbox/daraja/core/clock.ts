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

export type StoppableClock = {
  readonly clock: Clock;
  /** Cancels everything still waiting on the clock. It keeps telling the time, and starts no further wait. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
  /** Resolves when the clock is stopped. */
  readonly stopped: Promise<void>;
};

/** The same clock with one handle on all its waits: a reset leaves no timer behind, and none comes after it. */
export const stoppable = (clock: Clock): StoppableClock => {
  const waiting = new Set<() => void>();
  let over = false;
  let announceStop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    announceStop = resolve;
  });
  return {
    isStopped: () => over,
    stopped,
    clock: {
      now: () => clock.now(),
      after(ms, run) {
        if (over) return () => undefined;
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
      over = true;
      for (const cancel of [...waiting]) cancel();
      announceStop();
    },
  };
};
