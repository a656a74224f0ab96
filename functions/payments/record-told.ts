/**
 * Puts a payment on the ledger that M-PESA tells of by its receipt alone. Confirmation, pull, statement and the answer to a
 * question all come through here. What must stay true: one receipt is one payment, whoever tells it and however many tell it at once; a payment that
 * we had asked for is recognised rather than opened again; a guess is never a match.
 */
import { chooseFound } from "../domain/paybill-twin.ts";
import type { Twin } from "../domain/paybill-twin.ts";
import { paybillId, toldEvidence } from "../domain/paybill.ts";
import { routeReference, storefrontsOf } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import type { RecordTold, ToldOutcome, ToldPayment } from "../domain/told-payment.ts";
import type { Log } from "../runtime/logger.ts";
import type { RecordOutcome } from "../store/ledger.ts";
import type { ReceiptOwner, ToldLedger } from "../store/told-ledger.ts";
import type { AskLate, LateWord } from "./ask-late.ts";
import { NoStorefront, raiseEcho, tellOwner } from "./tell-owner.ts";
import type { TellOwnerDeps } from "./tell-owner.ts";

/** What customers pay to, and what payments that we ask for are made to: of a till two numbers, else one. */
export interface OwnShortcodes {
  readonly shortcode: string;
  readonly receiver: string;
}

export interface RecordToldDeps extends TellOwnerDeps {
  readonly told: TellOwnerDeps["told"] & Pick<ToldLedger, "owner" | "open" | "twins">;
  readonly shortcodes: () => Promise<OwnShortcodes>;
  /** Before a payment is opened: asks M-PESA about pushes that had failed and may be it. Absent where nobody can ask. */
  readonly askLate?: AskLate | undefined;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Others kept being faster. Nothing was kept for this telling. */
class ToldBusy extends Error {
  constructor(id: string) {
    super(`payment ${id} is being changed by others just now; nothing was written, it is safe to tell again`);
    this.name = "ToldBusy";
  }
}

/** How often others may be faster than us before we give up, and how far apart writers step after the first clash. */
const ROUNDS = 6;
const APART_MS = 20;

/** Evidence that was noted as trouble has settled nothing. */
const hasSettled = (outcome: RecordOutcome, receipt: string): boolean => {
  if (outcome.recorded === "unknown_transaction") return false;
  if (outcome.payment !== null) return outcome.payment.receipt === receipt;
  return outcome.recorded === "changed" && outcome.exception === null;
};

/** A payment from the menu may turn out to be one that we asked for as long as nothing else says what it is. */
const mayBeRecognised = (owner: ReceiptOwner | null, { lacksReference }: Told): boolean =>
  owner === null || (!lacksReference && owner.payment?.source === "paybill" && owner.payment.state === "succeeded");

interface Told {
  readonly payment: ToldPayment;
  /**
   * Whether the customer's account number may be there and was not told, as in the answer to a question: then an amount, a
   * time and a phone say too little, for the same customer may have paid the same for something else.
   */
  readonly lacksReference: boolean;
  readonly storefronts: readonly RoutedStorefront[];
  /** Payments that looked like it and were not. */
  readonly not: Set<string>;
  /** What M-PESA said about those that had failed; null until it was asked. */
  late: LateWord | null;
}

const idsOf = ({ payment, storefronts }: Told): readonly string[] =>
  storefrontsOf(storefronts, payment.shortcode).map(({ id }) => id);

const findTwin = async (deps: RecordToldDeps, told: Told): Promise<Twin> => {
  const { payment, not, lacksReference } = told;
  const found = await deps.told.twins(payment, idsOf(told));
  const candidates = found.candidates.filter((candidate) => !not.has(candidate.payment.id));
  const twin = chooseFound(payment, { ...found, candidates });
  return twin.twin === "one" && lacksReference ? { twin: "many" } : twin;
};

/** Opens the payment that nobody had asked for; null when somebody was faster. */
const open = async (deps: RecordToldDeps, told: Told, twin: Twin): Promise<ToldOutcome | null> => {
  const { payment, storefronts, late } = told;
  const route = routeReference(storefronts, payment);
  if (route === null) throw new NoStorefront(payment.shortcode);
  const id = paybillId(payment);
  const isAmbiguous = twin.twin === "many" || twin.twin === "echo" || late === "unknown";
  if (!(await deps.told.open({ id, ...route, told: payment, isAmbiguous }))) return null;
  if (isAmbiguous) {
    deps.log.warn("exception.opened", { transaction: id, exception: "ambiguous" });
    deps.count("ExceptionOpened");
  }
  return { told: "opened", paymentId: id };
};

/** Whether a push that had failed turned out to be paid, so that it is worth looking again. Asked once. */
const isPaidAfterAll = async ({ askLate }: RecordToldDeps, told: Told, twin: Twin): Promise<boolean> => {
  if (askLate === undefined || told.late !== null || twin.twin !== "none") return false;
  told.late = await askLate(told.payment, idsOf(told));
  return told.late === "paid";
};

/** One attempt; null when the ledger changed meanwhile and another is due. */
const attempt = async (deps: RecordToldDeps, told: Told): Promise<ToldOutcome | null> => {
  const { payment } = told;
  const owner = await deps.told.owner(payment.receipt);
  const twin: Twin = mayBeRecognised(owner, told) ? await findTwin(deps, told) : { twin: "none" };
  // One that is still open is not taken for a payment which has stood for a while: its own callback will say.
  if (twin.twin === "one" && (owner === null || twin.payment.state === "succeeded")) {
    const { id } = twin.payment;
    if (hasSettled(await deps.record(id, toldEvidence(payment)), payment.receipt))
      return { told: "recognised", paymentId: id };
    told.not.add(id);
    return null;
  }
  if (owner?.payment && twin.twin === "echo") await raiseEcho(deps, payment, owner.payment);
  if (owner !== null) return tellOwner(deps, payment, owner);
  return (await isPaidAfterAll(deps, told, twin)) ? null : open(deps, told, twin);
};

/** The number that our own payments carry, whichever of the two the customer paid to. */
const onOurNumber = (payment: ToldPayment, { shortcode, receiver }: OwnShortcodes): ToldPayment =>
  payment.shortcode === receiver ? { ...payment, shortcode } : payment;

/** Throws `NoStorefront`, or `ToldBusy` when others kept being faster; repeating is safe after both. */
export const recordTold =
  (deps: RecordToldDeps): RecordTold =>
  async (heard) => {
    const own = await deps.shortcodes();
    const payment = onOurNumber(heard, own);
    // Tills know no account numbers.
    const lacksReference = heard.source === "query" && own.receiver === own.shortcode;
    const told: Told = {
      payment,
      lacksReference,
      storefronts: await deps.storefronts(),
      not: new Set(),
      late: null,
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcome = await attempt(deps, told);
      if (outcome) {
        const { source } = payment;
        deps.log.info("payment.told", { transaction: outcome.paymentId, told: outcome.told, source });
        return outcome;
      }
      await deps.wait(deps.random() * APART_MS * 2 ** round);
    }
    throw new ToldBusy(paybillId(payment));
  };
