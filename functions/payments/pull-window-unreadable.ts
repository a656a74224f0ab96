/**
 * A row of a pull that can't be read: kept as it came, and shown to a person, who finds the payment in M-PESA's portal.
 * What must stay true: the same row, pulled again and again, is one exception.
 */
import type { UnreadablePull } from "../daraja/pull-payment.ts";
import { sha256Hex } from "../domain/canonical-json.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";
import type { Ledger } from "../store/ledger.ts";

export interface KeepUnreadableDeps {
  readonly ledger: Pick<Ledger, "record">;
  readonly exceptions: Pick<ExceptionLedger, "raise">;
  /** The storefront whose people look after what belongs to nobody else. */
  readonly owner: () => Promise<string>;
  readonly log: Log;
  readonly count: Count;
}

/** Who brought it: see `Evidence`. */
interface Brought {
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
}

/** Safe to repeat. Rejects when it could not be kept. */
export type KeepUnreadable = (row: UnreadablePull, brought: Brought) => Promise<void>;

/** As the history of an exception shows it: long enough to tell two rows apart. */
const DIGEST_SHOWN = 16;

export const keepUnreadable =
  ({ ledger, exceptions, owner, log, count }: KeepUnreadableDeps): KeepUnreadable =>
  async ({ because, raw }, brought) => {
    const digest = sha256Hex(raw);
    // No transaction has such an id, so the ledger keeps the text and changes nothing.
    await ledger.record(`row_${digest}`, { ...brought, source: "pull", finding: "unreadable", because, raw });
    const { raised, exception } = await exceptions.raise({
      ...brought,
      storefront: await owner(),
      kind: "unreadable_row",
      about: { line: `pull#${digest}` },
      facts: { because, row: digest.slice(0, DIGEST_SHOWN) },
      source: "pull",
    });
    if (raised === "known") return;
    log.warn("exception.opened", { transaction: exception.id, exception: exception.kind });
    count("ExceptionOpened");
  };
