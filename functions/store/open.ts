/**
 * Puts a payment on the ledger. One transaction is the lock, the intent and the phone's guard; the item's id derives from
 * the Idempotency-Key, so the item that refuses a second write is the replay's answer.
 */
import type { Payment, PaymentIntent } from "../domain/payment.ts";
import { decidePrompt, needsStates } from "../domain/prompts.ts";
import type { PromptGuard, PromptLimits, PromptRecord, PromptVerdict } from "../domain/prompts.ts";
import { createdEntry } from "./entry.ts";
import { keys } from "./keys.ts";
import { LedgerBusy } from "./ledger.ts";
import type { OpenOutcome } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { newPaymentItem, readPayment } from "./payment-item.ts";
import { guardWrite, readGuard, readStates } from "./prompt-guard.ts";
import { transact } from "./transact.ts";
import type { Transacted } from "./transact.ts";

/** How often a guard may change under us before we give up. */
const ROUNDS = 5;

const settled = (intent: PaymentIntent, payment: Payment): OpenOutcome =>
  payment.fingerprint === intent.fingerprint && payment.storefront === intent.storefront
    ? { opened: "existing", payment }
    : { opened: "reused_key", payment };

const refused = (verdict: Extract<PromptVerdict, { allow: false }>): OpenOutcome =>
  verdict.because === "payment_in_progress"
    ? { opened: "refused", because: verdict.because, paymentId: verdict.paymentId }
    : { opened: "refused", because: verdict.because, retryAt: verdict.retryAt };

/** The prompt's turn, decided on a guard that was read; a refusal or what the guard holds next. */
const turn = async (
  deps: LedgerDeps,
  intent: PaymentIntent,
  { guard, limits }: { guard: PromptGuard; limits: PromptLimits },
) => {
  const now = deps.clock.now();
  const states = await readStates(deps, needsStates(guard, now, limits));
  return decidePrompt({ guard, states, paymentId: intent.id, now, limits });
};

/** What the intent becomes on the ledger: made once, however many rounds its guard takes. */
const prepare = async (deps: LedgerDeps, intent: PaymentIntent) => {
  const phoneHash = await deps.vault.hash(intent.phone);
  const phone = await deps.vault.seal(Buffer.from(intent.phone), intent.id);
  const item = newPaymentItem(intent, { phoneHash, phone }, createdEntry(intent));
  return { item: { ...item }, guardKey: keys.promptGuard(intent.shortcode, phoneHash) };
};

export const createOpen =
  (deps: LedgerDeps) =>
  async (intent: PaymentIntent, limits: PromptLimits): Promise<OpenOutcome> => {
    const { transactions, coordination } = deps.tables;
    const { item, guardKey } = await prepare(deps, intent);
    const write = (next: readonly PromptRecord[], seen: number | null): Promise<Transacted> =>
      transact(deps, [
        {
          Put: {
            TableName: transactions,
            Item: item,
            ConditionExpression: "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
        guardWrite({ table: coordination, key: guardKey, next, seen, now: deps.clock.now(), limits }),
      ]);

    let next: readonly PromptRecord[] = [{ paymentId: intent.id, at: deps.clock.now() }];
    let seen: number | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      const result = await write(next, seen);
      if (result.written) return { opened: "new", payment: readPayment(item) };
      const [payment, guarded] = result.refusals;
      if (payment?.found) return settled(intent, readPayment(payment.found));
      if (!guarded) throw new LedgerBusy(intent.id);
      // A guard that expired between two rounds leaves nothing to read: begin again as for a quiet phone.
      const guard = guarded.found ? readGuard(guarded.found) : { prompts: [], version: 0 };
      const verdict = await turn(deps, intent, { guard, limits });
      if (!verdict.allow) return refused(verdict);
      next = verdict.next;
      seen = guarded.found ? guard.version : null;
    }
    throw new LedgerBusy(intent.id);
  };
