/** The right half of the ticket, one for each state. Each begins with the heading that is read out when it appears. */
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { useWords } from "./language.tsx";
import { Phone, Ring } from "./pictures.tsx";
import { PROMPT_MS, promptLeft } from "./screen.ts";
import type { Payment, Session } from "./session.ts";
import { useClock } from "./use-clock.ts";
import { minutes, nairobi, shillings } from "./formats.ts";

interface HeadingProps {
  readonly children: ReactNode;
  /** The first screen leaves the focus where the browser put it. */
  readonly takesFocus?: boolean;
}

export const Heading = ({ children, takesFocus = true }: HeadingProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <h2 ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
};

interface WaitingProps {
  readonly session: Session;
  readonly payment: Payment;
  /** As the payer typed it while this page remembers, else masked. */
  readonly phone: string | null;
  readonly serverNow: () => number;
}

export const Waiting = ({ session, payment, phone, serverNow }: WaitingProps) => {
  const words = useWords();
  const left = promptLeft(payment.createdAt, useClock(serverNow));
  return (
    <section className="waiting">
      <Ring share={left / PROMPT_MS}>
        <Phone />
      </Ring>
      <Heading>{words.checkPhone}</Heading>
      {phone === null ? null : <p className="quiet">{words.onPhone(phone)}</p>}
      <ol className="steps">
        {words.steps(shillings(session.amount)).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="clock" role="timer" aria-live="off">
        {left > 0 ? (
          <>
            <strong>{minutes(left)}</strong> {words.timeLeft}
          </>
        ) : (
          words.timeUp
        )}
      </p>
      <details>
        <summary>{words.nothingCame}</summary>
        <ul>
          {words.nothingCameHelp.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
      <p className="safe">{words.pinStaysOnPhone}</p>
    </section>
  );
};

export const Confirming = () => {
  const words = useWords();
  return (
    <section className="confirming">
      <Ring share={null}>
        <Phone />
      </Ring>
      <Heading>{words.confirming}</Heading>
      <p>{words.confirmingHelp}</p>
    </section>
  );
};

interface PaidProps {
  readonly session: Session;
  readonly isLate: boolean;
}

const isHere = (url: string): boolean => new URL(url).origin === window.location.origin;

export const Paid = ({ session, isLate }: PaidProps) => {
  const words = useWords();
  const { payment, successUrl } = session;
  const facts: readonly (readonly [string, string | null])[] = [
    [words.receipt, payment?.receipt ?? words.receiptLater],
    [words.paidAt, payment?.paidAt === null || payment === null ? null : nairobi(payment.paidAt)],
    [words.paidWith, payment?.phone ?? null],
  ];
  return (
    <section className="paid">
      <Heading>
        <span className="stamp">{words.paid}</span>
      </Heading>
      {isLate ? <p>{words.paidLate}</p> : null}
      <dl>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {successUrl === null ? (
        <p className="quiet">{words.mayClose}</p>
      ) : (
        <a className="pay" href={successUrl} rel={isHere(successUrl) ? undefined : "noreferrer"}>
          {words.backTo(session.merchant)}
        </a>
      )}
    </section>
  );
};

/** A state in which there is nothing to do on this page. */
export const Ended = ({ heading, help }: { readonly heading: string; readonly help: string }) => (
  <section className="ended">
    <Heading>{heading}</Heading>
    <p>{help}</p>
  </section>
);
