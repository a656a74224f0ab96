/** A number of places, each held by one piece of work at a time; who comes when all are taken waits in line. */

export type Slots = {
  /** Resolves with what gives the place back; calling that twice gives it back once. */
  take(): Promise<() => void>;
};

export const createSlots = (count: number): Slots => {
  const waiting: (() => void)[] = [];
  let free = count;
  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const once = (): (() => void) => {
    let held = true;
    return () => {
      if (held) give();
      held = false;
    };
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return once();
    },
  };
};
