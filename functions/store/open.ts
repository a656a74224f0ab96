/**
 * Puts a payment on the ledger. One transaction is the lock, the intent and the phone's guard; the item's id derives from
 * the Idempotency-Key, so the item that refuses a second write is the replay's answer.
 */
import type { Payment, PaymentIntent } from "../domain/payment.ts";
import { decidePrompt, needsStates } from "../domain/prompts.ts";
import type { PromptGuard, PromptLimits, PromptRecord } from "../domain/prompts.ts";
import { createdEntry } from "./entry.ts";
import { keys } from "./keys.ts";
import { LedgerBusy } from "./ledger.ts";
import type { OpenOutcome } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { newPaymentItem, readPayment } from "./payment-item.ts";
import { guardWrite, readGuard, readPrompted } from "./prompt-guard.ts";
import { transact } from "./transact.ts";
import type { Transacted } from "./transact.ts";

/** How often a guard may change under us before we give up. */
const ROUNDS = 5;

const settled = (intent: PaymentIntent, payment: Payment): OpenOutcome =>
  payment.fingerprint === intent.fingerprint && payment.storefront === intent.storefront
    ? { opened: "existing", payment }
    : { opened: "reused_key", payment };

/** The prompt's turn, decided on a guard that was read: what the guard holds next, or the refusal. */
const turn = async (
  deps: LedgerDeps,
  intent: PaymentIntent,
  { guard, limits }: { guard: PromptGuard; limits: PromptLimits },
): Promise<{ readonly next: readonly PromptRecord[] } | { readonly refused: OpenOutcome }> => {
  const now = deps.clock.now();
  const prompted = await readPrompted(deps, needsStates(guard, now, limits));
  const states = new Map([...prompted].map(([id, { state }]) => [id, state]));
  const verdict = decidePrompt({ guard, states, paymentId: intent.id, now, limits });
  if (verdict.allow) return { next: verdict.next };
  if (verdict.because !== "payment_in_progress")
    return { refused: { opened: "refused", because: verdict.because, retryAt: verdict.retryAt } };
  // Storefronts can share a shortcode and a customer; whose payment it is stays theirs to know.
  const own = prompted.get(verdict.paymentId)?.storefront === intent.storefront;
  return { refused: { opened: "refused", because: verdict.because, paymentId: own ? verdict.paymentId : null } };
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
      const decided = await turn(deps, intent, { guard, limits });
      if ("refused" in decided) return decided.refused;
      next = decided.next;
      seen = guarded.found ? guard.version : null;
    }
    throw new LedgerBusy(intent.id);
  };
