/**
 * The page's memory: the session as last told, the payer's press, and what went wrong on the way. What must stay true: a
 * press that is under way can't be pressed again, and after one whose answer was lost the page looks before it offers
 * another.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Answer, Api } from "./api.ts";
import { listener } from "./live.ts";
import { pauseFor, screenOf } from "./screen.ts";
import type { Session } from "./session.ts";
import { poll } from "./watch.ts";
import type { Surroundings, Watch } from "./watch.ts";

/** Why the latest press led nowhere. */
export interface Refusal {
  readonly code: string;
  readonly retryAt: number | null;
}

export interface Checkout {
  readonly session: Session | null;
  readonly isBroken: boolean;
  readonly isUnreachable: boolean;
  readonly isOffline: boolean;
  readonly isAsking: boolean;
  readonly refusal: Refusal | null;
  /** The page has shown this payer that it was not paid before it was. */
  readonly isLate: boolean;
  /** The server's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  readonly pay: (phone: string) => void;
}

interface Known {
  readonly session: Session | null;
  readonly isBroken: boolean;
  readonly isUnreachable: boolean;
  readonly refusal: Refusal | null;
  readonly isLate: boolean;
}

const NOTHING: Known = { session: null, isBroken: false, isUnreachable: false, refusal: null, isLate: false };

const SURROUNDINGS: Surroundings = {
  isHidden: () => document.hidden,
  later: (run, ms) => {
    const timer = window.setTimeout(run, ms);
    return () => window.clearTimeout(timer);
  },
};

/** What is known once an answer has come. */
const after = (known: Known, answer: Answer): Known => {
  switch (answer.answer) {
    case "session": {
      const before = known.session && screenOf(known.session);
      const now = screenOf(answer.session);
      const isLate = now === "paid" && (known.isLate || before === "failed" || before === "expired");
      const refusal =
        before === now && answer.session.payment?.id === known.session?.payment?.id ? known.refusal : null;
      return { session: answer.session, isBroken: false, isUnreachable: false, refusal, isLate };
    }
    case "no_such_link":
      return known.session === null ? { ...known, isBroken: true } : { ...known, isUnreachable: true };
    case "refused":
      return { ...known, isUnreachable: false, refusal: { code: answer.code, retryAt: answer.retryAt } };
    case "silence":
      return { ...known, isUnreachable: true };
  }
};

const useOffline = (whenBack: () => void): boolean => {
  const [isOffline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const change = (): void => {
      setOffline(!navigator.onLine);
      if (navigator.onLine) whenBack();
    };
    const seen = (): void => {
      if (!document.hidden) whenBack();
    };
    window.addEventListener("online", change);
    window.addEventListener("offline", change);
    window.addEventListener("pageshow", seen);
    document.addEventListener("visibilitychange", seen);
    return () => {
      window.removeEventListener("online", change);
      window.removeEventListener("offline", change);
      window.removeEventListener("pageshow", seen);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [whenBack]);
  return isOffline;
};

export const useCheckout = (api: Api): Checkout => {
  const [known, setKnown] = useState<Known>(NOTHING);
  const [isAsking, setAsking] = useState(false);
  const asking = useRef(false);
  const ahead = useRef(0);
  const watch = useRef<Watch | null>(null);

  const hear = useCallback((answer: Answer): void => {
    if (answer.answer === "session") ahead.current = answer.serverNow - Date.now();
    setKnown((before) => after(before, answer));
  }, []);
  const serverNow = useCallback((): number => Date.now() + ahead.current, []);
  const nudge = useCallback((): void => watch.current?.nudge(), []);
  const isOffline = useOffline(nudge);

  useEffect(() => {
    const { listen, drop } = listener({ open: api.open, changed: nudge, now: Date.now });
    const watching = poll(
      {
        look: api.look,
        heard: (answer) => {
          // While a press is under way its own answer is the newer one.
          if (!asking.current) hear(answer);
          if (answer.answer === "session") return pauseFor(answer.session, answer.serverNow, listen);
          drop();
          return answer.answer === "no_such_link" ? null : 0;
        },
      },
      SURROUNDINGS,
    );
    watch.current = watching;
    return () => {
      watching.stop();
      drop();
    };
  }, [api, hear, nudge]);

  const pay = useCallback(
    (phone: string): void => {
      if (asking.current) return;
      asking.current = true;
      setAsking(true);
      setKnown((before) => ({ ...before, refusal: null }));
      void api.pay(phone).then((answer) => {
        asking.current = false;
        hear(answer);
        setAsking(false);
        nudge();
      });
    },
    [api, hear, nudge],
  );

  return { ...known, isAsking, isOffline, serverNow, pay };
};
