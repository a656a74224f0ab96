/** Ends what was started, last first, however far the start got. */

export type Closing = {
  /** Keeps `end` for later and gives back `thing`. */
  add<T>(thing: T, end: (thing: T) => void | Promise<void>): T;
  /** Ends everything once; a part that fails to end does not keep the others from it. */
  close(): Promise<void>;
};

export const createClosing = (): Closing => {
  const ends: (() => void | Promise<void>)[] = [];
  let closed: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "Some parts of the sandbox did not end cleanly.");
  };
  return {
    add(thing, end) {
      ends.push(() => end(thing));
      return thing;
    },
    close: () => (closed ??= closeAll()),
  };
};
