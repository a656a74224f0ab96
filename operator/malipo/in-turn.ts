/** Waiting, for the commands: for one's turn, and for something to come to be. Never for ever. */
import { MalipoProblem } from "../../web/client/src/malipo.ts";
import { NotDone } from "../refusal.ts";
import type { MalipoDeps } from "./deps.ts";

type Deps = Pick<MalipoDeps, "clock" | "signal">;

const PAUSE_MS = 1_000;
const LONGEST_MS = 120_000;

/** Looks until `done` holds. @throws NotDone when it does not within two minutes. */
export const until = async <T>(
  { clock, signal }: Deps,
  look: () => Promise<T>,
  done: (seen: T) => boolean,
): Promise<T> => {
  const end = clock.now() + LONGEST_MS;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (clock.now() >= end)
      throw new NotDone("It has not come to be within two minutes. Nothing was undone: look again later.");
    await clock.sleep(PAUSE_MS, signal);
  }
};

/** Does something that only one may do at a time, once it is this one's turn. */
export const inTurn = async <T>(deps: Deps, attempt: () => Promise<T>): Promise<T> => {
  const outcome = await until(
    deps,
    async () => {
      try {
        return { had: true, value: await attempt() } as const;
      } catch (fault) {
        if (fault instanceof MalipoProblem && fault.status === 409 && fault.retryable) return { had: false } as const;
        throw fault;
      }
    },
    ({ had }) => had,
  );
  if (outcome.had) return outcome.value;
  throw new NotDone("It was nobody's turn.");
};
