/** The page: a ticket that says who is paid how much and for what, and beside it what is to be done now. */
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { Api } from "./api.ts";
import { Ask } from "./ask.tsx";
import { LanguageChoice, Speaking, firstLanguage, remember, useWords } from "./language.tsx";
import { readPhone, spelled } from "./phone.ts";
import { screenOf } from "./screen.ts";
import { Confirming, Ended, Paid, Waiting } from "./screens.tsx";
import type { Language, Session } from "./session.ts";
import { useCheckout } from "./use-checkout.ts";
import type { Checkout } from "./use-checkout.ts";
import { shillings } from "./formats.ts";
import { WORDS } from "./languages.ts";

const Stub = ({ session }: { readonly session: Session }) => {
  const words = useWords();
  const [currency, digits] = shillings(session.amount).split("\u00a0");
  const isOver = ["paid", "returned", "expired"].includes(screenOf(session));
  return (
    <header className="stub">
      <h1>
        <span className="merchant">{isOver ? session.merchant : words.payTo(session.merchant)}</span>{" "}
        <span className="amount">
          <small>{currency}&nbsp;</small>
          {digits}
        </span>
      </h1>
      <p className="reference">
        {words.reference} <b>{session.description ?? session.reference}</b>
        {session.description === null || session.description === session.reference ? null : (
          <span> {session.reference}</span>
        )}
      </p>
    </header>
  );
};

/** The number in full only if it is the one that rings: another window may have asked another phone. */
const ringing = (text: string, masked: string | null): string | null => {
  const typed = readPhone(text);
  const isSame =
    typed.ok && masked?.slice(0, 4) === typed.msisdn.slice(0, 4) && masked.endsWith(typed.msisdn.slice(-3));
  return isSame ? spelled(typed.msisdn) : masked;
};

const Now = ({ checkout, session }: { readonly checkout: Checkout; readonly session: Session }) => {
  const words = useWords();
  const [text, setText] = useState("");
  const [isFirst, setFirst] = useState(true);
  const screen = screenOf(session);
  useEffect(() => {
    if (screen !== "ask") setFirst(false);
  }, [screen]);
  const { payment } = session;
  switch (screen) {
    case "ask":
    case "failed":
      return <Ask checkout={checkout} session={session} text={text} onText={setText} isFirst={isFirst} />;
    case "waiting":
      return payment === null ? null : (
        <Waiting
          session={session}
          payment={payment}
          phone={ringing(text, payment.phone)}
          serverNow={checkout.serverNow}
        />
      );
    case "confirming":
      return <Confirming />;
    case "paid":
      return <Paid session={session} isLate={checkout.isLate} />;
    case "returned":
      return <Ended heading={words.returned} help={words.returnedHelp(session.merchant)} />;
    case "expired":
      return <Ended heading={words.expired} help={words.expiredHelp(session.merchant)} />;
  }
};

const Banner = ({ checkout }: { readonly checkout: Checkout }) => {
  const words = useWords();
  const said = checkout.isOffline ? words.offline : checkout.isUnreachable ? words.unreachable : null;
  return (
    <div className={said === null ? "banner none" : "banner"} role="status">
      {said}
    </div>
  );
};

const Broken = () => {
  const words = useWords();
  return (
    <main className="ticket single" data-screen="broken">
      <div className="body">
        <section className="ended">
          <h1>{words.broken}</h1>
          <p>{words.brokenHelp}</p>
        </section>
      </div>
    </main>
  );
};

const Ticket = ({ api }: { readonly api: Api }) => {
  const words = useWords();
  const checkout = useCheckout(api);
  const { session } = checkout;
  if (session === null)
    return checkout.isBroken ? (
      <Broken />
    ) : (
      <main className="ticket single" data-screen="loading" aria-busy="true">
        <Banner checkout={checkout} />
        <div className="body">
          <p className="dots">{words.loading}</p>
        </div>
      </main>
    );
  return (
    <main className="ticket" data-screen={screenOf(session)}>
      <Banner checkout={checkout} />
      <Stub session={session} />
      <div className="body">
        <Now checkout={checkout} session={session} />
      </div>
    </main>
  );
};

const Spoken = ({ children }: { readonly children: ReactNode }) => {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = WORDS[language].title;
  }, [language]);
  const choose = (chosen: Language): void => {
    setLanguage(chosen);
    remember(chosen);
  };
  return (
    <Speaking value={language}>
      {children}
      <footer>
        <LanguageChoice language={language} choose={choose} />
      </footer>
    </Speaking>
  );
};

/** `api` null: the address holds no link. */
export const App = ({ api }: { readonly api: Api | null }) => (
  <Spoken>{api === null ? <Broken /> : <Ticket api={api} />}</Spoken>
);
