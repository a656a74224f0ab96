/**
 * Lets something happen to an exception: what a person does about it, or what M-PESA's word leaves of it. What must stay
 * true: it is decided on what is there and written over exactly that; who was slower decides anew.
 */
import { decideException } from "../domain/decide-exception.ts";
import type { ExceptionAct, ExceptionEvent, ExceptionRefusal } from "../domain/decide-exception.ts";
import type { Exception } from "../domain/exception.ts";
import type { Log } from "../runtime/logger.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";

export interface TendExceptionDeps {
  readonly exceptions: Pick<ExceptionLedger, "change">;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface ToTend {
  /** Reads it anew each time; null when there is none that may be touched. */
  readonly find: () => Promise<Exception | null>;
  readonly event: ExceptionEvent;
  readonly act: ExceptionAct;
}

export type Tended =
  /** It has happened, or had already. */
  | { readonly tended: "yes"; readonly exception: Exception }
  | { readonly tended: "refused"; readonly because: ExceptionRefusal }
  | { readonly tended: "missing" }
  /** Others kept being faster: nothing was written. */
  | { readonly tended: "busy" };

/** How often an exception may change under us before we give up, and how far apart writers step at most. */
const ROUNDS = 5;
const APART_MS = 100;

const tell = ({ log }: TendExceptionDeps, { id, kind }: Exception, event: ExceptionEvent): void =>
  log.info("exception.worked", {
    exception: id,
    kind,
    event: event.event,
    ...(event.event === "resolved" ? { resolution: event.resolution } : {}),
  });

/** One attempt on the exception as it is; null when it was changed meanwhile. */
const attempt = async (deps: TendExceptionDeps, { find, event, act }: ToTend): Promise<Tended | null> => {
  const exception = await find();
  if (exception === null) return { tended: "missing" };
  const decision = decideException(exception, event, act);
  if (decision.decision === "refuse") return { tended: "refused", because: decision.because };
  if (decision.decision === "nothing") return { tended: "yes", exception };
  const next = await deps.exceptions.change(exception, { event, act });
  if (next === null) return null;
  tell(deps, next, event);
  return { tended: "yes", exception: next };
};

export const tendException =
  (deps: TendExceptionDeps) =>
  async (toTend: ToTend): Promise<Tended> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const tended = await attempt(deps, toTend);
      if (tended !== null) return tended;
      await deps.wait(deps.random() * APART_MS);
    }
    return { tended: "busy" };
  };
