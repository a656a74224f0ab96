/** When what a storefront still has to look at began: read from the index alone, without any of the exceptions. */
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { walkStretch } from "./walk.ts";

/** The most that one look counts. A storefront with more has more to do than any number says. */
const MOST_COUNTED = 1_000;

/** When the open exceptions of a storefront were opened, epoch milliseconds, the newest first; one query. */
export const createOpenedAt =
  (deps: LedgerDeps) =>
  async (storefront: string): Promise<readonly number[]> => {
    const open = { index: "by_push", key: "c", partitions: [keys.openExceptions(storefront)] } as const;
    const stretch = { ...open, from: 0, to: deps.clock.now() };
    const { keys: found } = await walkStretch(deps, stretch, { position: null, wanted: MOST_COUNTED });
    return found.map(({ at }) => at);
  };
