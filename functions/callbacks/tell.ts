/** Says in the log what became of a callback about money, and to the alarms what concerns them. */
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { DoorDeps } from "./door.ts";

/** What was made of the callback, and what the ledger made of that. */
export interface Seen {
  readonly evidence: { readonly finding: string; readonly because?: string };
  readonly outcome:
    | { readonly recorded: "changed"; readonly exception: ExceptionKind | null }
    | { readonly recorded: "unchanged"; readonly because: string }
    | { readonly recorded: "unknown_transaction" };
}

export const tell = (
  { log, count }: Pick<DoorDeps, "log" | "count">,
  transaction: string,
  { evidence, outcome }: Seen,
): void => {
  const facts = { transaction, finding: evidence.finding };
  if (evidence.finding === "unverified") {
    log.warn("callback.unverified", facts);
    count("UnverifiedCallback");
  } else if (evidence.finding === "unreadable")
    log.warn("callback.unreadable", { ...facts, because: evidence.because });
  if (outcome.recorded === "unknown_transaction") log.warn("callback.unknown_transaction", facts);
  else if (outcome.recorded === "unchanged") log.info("callback.unchanged", { ...facts, because: outcome.because });
  else log.info("callback.applied", { ...facts, exception: outcome.exception });
};
