/**
 * The question for a number: at first, and after a failure together with what happened and the step that makes sense then.
 */
import type { Checkout } from "./use-checkout.ts";
import { Speaking, useWords } from "./language.tsx";
import { PhoneForm } from "./phone-form.tsx";
import { LATER_MS, stepAfter } from "./screen.ts";
import { Heading } from "./screens.tsx";
import type { Payment, Session } from "./session.ts";
import { useClock } from "./use-clock.ts";
import { nairobi, shillings } from "./formats.ts";
import type { Words } from "./words.ts";
import { useContext } from "react";

interface AskProps {
  readonly checkout: Checkout;
  readonly session: Session;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Whether this is the first thing that the page shows. */
  readonly isFirst: boolean;
}

const refusalText = (checkout: Checkout, words: Words): string | null => {
  if (checkout.refusal === null) return null;
  const { code, retryAt } = checkout.refusal;
  const said = words.refusals[code] ?? words.refusedOtherwise;
  return retryAt === null ? said : `${said} ${words.untilTime(nairobi(retryAt).slice(-5))}`;
};

/** Seconds until the same number may be asked again; 0: at once. */
const useWait = (payment: Payment | null, serverNow: () => number): number => {
  const now = useClock(serverNow);
  if (payment?.status !== "failed" || stepAfter(payment.failure) !== "later") return 0;
  return Math.max(0, Math.ceil((payment.updatedAt + LATER_MS - now) / 1_000));
};

const Failed = ({ payment }: { readonly payment: Payment }) => {
  const words = useWords();
  const language = useContext(Speaking);
  return (
    <div className="failed">
      <Heading>{words.notPaid}</Heading>
      {payment.failure === null ? null : <p>{payment.failure.message[language].replaceAll("M-P", "M\u2011P")}</p>}
    </div>
  );
};

export const Ask = ({ checkout, session, text, onText, isFirst }: AskProps) => {
  const words = useWords();
  const failed = session.payment?.status === "failed" ? session.payment : null;
  const step = failed === null ? "again" : stepAfter(failed.failure);
  const wait = useWait(failed, checkout.serverNow);
  const refused = refusalText(checkout, words);
  const amount = shillings(session.amount);
  const again = wait > 0 ? words.payLater(wait) : words.payAgain;
  return (
    <section className="ask">
      {failed === null ? <Heading takesFocus={!isFirst}>{words.title}</Heading> : <Failed payment={failed} />}
      {step === "none" || session.isOnce ? (
        <p>{(step === "none" ? words.shopMustMend : words.tryAtShop)(session.merchant)}</p>
      ) : (
        <PhoneForm
          key={failed?.id ?? "first"}
          label={step === "other_number" ? words.otherPhoneLabel : words.phoneLabel}
          button={failed === null ? words.pay(amount) : again}
          firstText={step === "other_number" ? "" : text}
          isBusy={checkout.isAsking}
          isTooEarly={wait > 0}
          onText={onText}
          onPhone={checkout.pay}
        />
      )}
      <p className={refused === null ? "refused none" : "refused"} role="alert">
        {refused}
      </p>
      {failed === null ? <p className="safe">{words.pinStaysOnPhone}</p> : null}
    </section>
  );
};
