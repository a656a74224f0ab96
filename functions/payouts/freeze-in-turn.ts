/**
 * One freeze at a time for each storefront, from the first comparison with what was paid lately until the batch is on the
 * ledger: a file that is handed in twice at once is compared with itself. What must stay true: nobody freezes outside of
 * a turn, and a turn outlasts whoever has it.
 */
import type { Log } from "../runtime/logger.ts";
import type { FreezeLease } from "../store/freeze-lease.ts";

export interface FreezeInTurnDeps {
  readonly lease: FreezeLease;
  readonly newHolder: () => string;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly log: Log;
}

export interface Turn {
  readonly storefront: string;
  /** How long to wait for it, milliseconds. */
  readonly patienceMs: number;
  /** Milliseconds until the caller is ended. */
  readonly remainingMs: () => number;
}

export type Turned<T> = { readonly had: true; readonly result: T } | { readonly had: false };

/** Runs `work` in its turn, or says that it never came. Rejects with what `work` or the lease reject with. */
export type FreezeInTurn = <T>(turn: Turn, work: () => Promise<T>) => Promise<Turned<T>>;

/** How much longer than its caller a turn lasts: the clocks of two machines may be so far apart. */
const MARGIN_MS = 5_000;
/** After a fault: by then whatever was written without an answer has arrived, and the next one sees it. */
const SETTLE_MS = 5_000;
const LOOK_MS = { least: 200, spread: 400 } as const;

const taken = async (deps: FreezeInTurnDeps, turn: Turn, holder: string): Promise<boolean> => {
  for (let waited = 0; ;) {
    const lease = { holder, forMs: turn.remainingMs() + MARGIN_MS };
    if (await deps.lease.take(turn.storefront, lease)) return true;
    const pause = LOOK_MS.least + deps.random() * LOOK_MS.spread;
    if (waited + pause > turn.patienceMs) return false;
    await deps.wait(pause);
    waited += pause;
  }
};

export const freezeInTurn = (deps: FreezeInTurnDeps): FreezeInTurn => {
  const giveUp = async (storefront: string, turn: { readonly holder: string; readonly afterMs: number }) => {
    try {
      await deps.lease.giveUp(storefront, turn);
    } catch (fault) {
      deps.log.warn("freeze.turn_kept", { storefront, because: fault instanceof Error ? fault.name : "unknown" });
    }
  };
  return async (turn, work) => {
    const { storefront } = turn;
    const holder = deps.newHolder();
    if (!(await taken(deps, turn, holder))) return { had: false };
    try {
      const result = await work();
      await giveUp(storefront, { holder, afterMs: 0 });
      return { had: true, result };
    } catch (fault) {
      await giveUp(storefront, { holder, afterMs: SETTLE_MS });
      throw fault;
    }
  };
};
