/**
 * A Lambda: invocations, one at a time for each process, that are ended when their time is up, and processes that die in the
 * middle of anything. What must stay true: whatever a process does to the world goes through its gate, and after its death
 * nothing of it happens any more: what it waited for never comes.
 */
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";

/** Lets a process do one thing to the world, unless it has died or dies now. */
export type Gate = <T>(act: () => Promise<T>) => Promise<T>;

/** What a process is made of. */
export interface Surroundings {
  readonly gate: Gate;
  /** The process's own clock, epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds until the present invocation is ended. */
  readonly remainingMs: () => number;
  /** Whether it runs the next version of the code. */
  readonly isNewer?: boolean;
}

/** How often a process dies at one of its gates, in [0, 1], and how wrong its clock is, milliseconds. */
export interface LambdaFaults {
  readonly crash: number;
  readonly mostSkewMs: number;
  /** How often a process that starts runs the next version of the code; never when absent. */
  readonly newer?: number;
}

export interface LambdaParts<I, O> {
  readonly name: string;
  readonly timeoutMs: number;
  /** What a cold start makes: the handler of one process. */
  readonly start: (surroundings: Surroundings) => (input: I) => Promise<O>;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: () => LambdaFaults;
  readonly note: (what: string) => void;
}

/** The invocation ended without an answer: its process died, or its time was up. */
class InvocationLost extends Error {}

interface Process<I, O> {
  readonly handle: (input: I) => Promise<O>;
  busy: boolean;
  deadline: number;
  /** Ends the present invocation. */
  die: (because: string) => void;
  dead: boolean;
}

const never = <T>(): Promise<T> => new Promise(() => undefined);

export const createLambda = <I, O>(parts: LambdaParts<I, O>) => {
  const { name, time, chance, faults, note } = parts;
  let processes: Process<I, O>[] = [];

  const coldStart = (): Process<I, O> => {
    const { mostSkewMs, newer = 0 } = faults();
    const skew = chance.between(-mostSkewMs, mostSkewMs);
    const isNewer = chance.happens(newer);
    if (isNewer) note(`${name} starts, of the next version`);
    const mayCrash = (): void => {
      if (!process.dead && chance.happens(faults().crash)) process.die("crashed");
    };
    const isDead = (): boolean => process.dead;
    const gate: Gate = async (act) => {
      mayCrash();
      if (isDead()) return never();
      const done = await act();
      mayCrash();
      return isDead() ? never() : done;
    };
    const remainingMs = (): number => process.deadline - time.now();
    const process: Process<I, O> = {
      handle: parts.start({ gate, now: () => time.now() + skew, remainingMs, isNewer }),
      busy: false,
      deadline: 0,
      die: () => undefined,
      dead: false,
    };
    processes.push(process);
    return process;
  };

  /** Invokes it; rejects with `InvocationLost`, or with what the handler rejects with. */
  return async (input: I): Promise<O> => {
    const process = processes.find(({ busy }) => !busy) ?? coldStart();
    process.busy = true;
    process.deadline = time.now() + parts.timeoutMs;
    const lost = new Promise<never>((_, reject) => {
      process.die = (because) => {
        process.dead = true;
        processes = processes.filter((one) => one !== process);
        note(`${name} ${because}`);
        reject(new InvocationLost(because));
      };
    });
    const stopClock = time.after(parts.timeoutMs, () => process.die("timed out"));
    try {
      return await Promise.race([process.handle(input), lost]);
    } finally {
      stopClock();
      process.busy = false;
      process.die = () => {
        process.dead = true;
        processes = processes.filter((one) => one !== process);
      };
    }
  };
};
