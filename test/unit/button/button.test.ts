/** What `<malipo-button>` is made of: which links it opens, in how many windows, and what it takes for "paid". */
import { describe, expect, it, test } from "vitest";
import { listen, readPaid } from "../../../web/button/src/listen.ts";
import type { Socket } from "../../../web/button/src/listen.ts";
import { readSessionLink } from "../../../web/button/src/session-link.ts";
import { paymentWindow } from "../../../web/button/src/window.ts";
import type { Opened } from "../../../web/button/src/window.ts";
import { wordsIn } from "../../../web/button/src/words.ts";

const PAGE = `/checkout/cks_${"0".repeat(26)}`;
const TOKEN = "ct_cks_1.abc.DEF-_";

describe("a link", () => {
  it("is the page's address with its token, and says where to listen", () => {
    expect(readSessionLink(`https://pay.duka.co.ke${PAGE}#${TOKEN}`)).toEqual({
      url: `https://pay.duka.co.ke${PAGE}#${TOKEN}`,
      socket: `wss://pay.duka.co.ke/ws?token=${TOKEN}`,
    });
    expect(readSessionLink(`http://127.0.0.1:8080${PAGE}#${TOKEN}`)?.socket).toMatch(/^ws:\/\/127\.0\.0\.1:8080\/ws/);
  });

  test.each([
    null,
    "",
    "pay me",
    `javascript:alert(1)//${PAGE}#${TOKEN}`,
    `data:text/html,${PAGE}#${TOKEN}`,
    `http://pay.duka.co.ke${PAGE}#${TOKEN}`,
    `https://pay.duka.co.ke${PAGE}`,
    `https://pay.duka.co.ke${PAGE}#ct_a&b`,
    `https://pay.duka.co.ke/elsewhere#${TOKEN}`,
    `https://pay.duka.co.ke${PAGE}/more#${TOKEN}`,
  ])("is not %s", (text) => {
    expect(readSessionLink(text)).toBeNull();
  });
});

describe("the window", () => {
  const desk = (isAllowed = true) => {
    const windows: { -readonly [Key in keyof Opened]: Opened[Key] }[] = [];
    const went: string[] = [];
    const led: string[] = [];
    let focused = 0;
    let closings = 0;
    let look: (() => void) | null = null;
    const open = (): Opened | null => {
      if (!isAllowed) return null;
      const location = { replace: (url: string) => void led.push(url) };
      const opened = { closed: false, opener: "the shop", location, focus: () => void (focused += 1) };
      windows.push(opened);
      return opened;
    };
    const every = (run: () => void) => {
      look = run;
      return () => (look = null);
    };
    const go = (url: string): void => void went.push(url);
    const press = paymentWindow({ open, go, every }, () => (closings += 1));
    return { ...press, windows, went, led, counts: () => ({ focused, closings }), look: () => look?.() };
  };

  it("is one, however often the button is pressed, and does not know who opened it", () => {
    const { press, windows, led, counts } = desk();
    const pressed = [1, 2, 3, 4, 5].map(() => press("https://page"));
    expect(pressed).toEqual(["opened", "found", "found", "found", "found"]);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.opener).toBeNull();
    expect(led).toEqual(["https://page"]);
    expect(counts().focused).toBe(4);
  });

  it("is opened anew after it was closed, and its end is told once", () => {
    const { press, windows, look, counts } = desk();
    press("https://page");
    look();
    expect(counts().closings).toBe(0);
    windows[0]!.closed = true;
    look();
    look();
    expect(counts().closings).toBe(1);
    expect(press("https://page")).toBe("opened");
    expect(windows).toHaveLength(2);
  });

  it("that the browser does not open is this one", () => {
    const { press, went } = desk(false);
    expect(press("https://page")).toBe("left");
    expect(went).toEqual(["https://page"]);
  });
});

describe("listening", () => {
  const desk = () => {
    const sockets: {
      tell: (happened: string, event?: { data: unknown }) => void;
      said: string[];
      isClosed: boolean;
    }[] = [];
    const open = (): Socket => {
      const listeners: [string, (event: { data: unknown }) => void][] = [];
      const socket = {
        said: [] as string[],
        isClosed: false,
        tell: (happened: string, event = { data: null as unknown }) =>
          listeners.filter(([name]) => name === happened).forEach(([, run]) => run(event)),
        addEventListener: (happened: string, run: (event: { data: unknown }) => void) =>
          void listeners.push([happened, run]),
        send: (text: string) => void socket.said.push(text),
        close: () => void (socket.isClosed = true),
      };
      sockets.push(socket);
      return socket;
    };
    const pauses: number[] = [];
    let due: (() => void) | null = null;
    const later = (run: () => void, ms: number) => {
      pauses.push(ms);
      due = run;
      return () => (due = null);
    };
    const wake = (): void => {
      const run = due;
      due = null;
      run?.();
    };
    const payments: unknown[] = [];
    const end = listen({ open, later, paid: (payment) => void payments.push(payment) });
    return { sockets, pauses, payments, end, wake };
  };
  const paid = { data: JSON.stringify({ type: "payment.updated", payment: { id: "pay_1", status: "succeeded" } }) };

  it("asks how it stands, tells once that it was paid, and ends", () => {
    const { sockets, payments } = desk();
    sockets[0]?.tell("open");
    expect(sockets[0]?.said).toEqual(['{"action":"state"}']);
    sockets[0]?.tell("message", paid);
    sockets[0]?.tell("message", paid);
    expect(payments).toEqual([{ id: "pay_1", status: "succeeded" }]);
    expect(sockets[0]?.isClosed).toBe(true);
  });

  it("tries again ever more rarely when it is cut off, and not for ever", () => {
    const { sockets, pauses, wake } = desk();
    for (let round = 0; round < 100; round += 1) {
      sockets.at(-1)?.tell("close");
      wake();
    }
    expect(pauses.slice(0, 6)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(sockets).toHaveLength(60);
  });

  it("that is ended neither tells nor tries any more", () => {
    const { sockets, payments, pauses, end } = desk();
    end();
    sockets[0]?.tell("message", paid);
    sockets[0]?.tell("close");
    expect(payments).toEqual([]);
    expect(pauses).toEqual([]);
  });

  test.each([
    "{",
    null,
    JSON.stringify(null),
    JSON.stringify({ type: "payment.updated" }),
    JSON.stringify({ type: "payment.updated", payment: { status: "failed" } }),
    JSON.stringify({ type: "something.else", payment: { status: "succeeded" } }),
  ])("takes %s for anything but paid", (data) => {
    expect(readPaid(data)).toBeNull();
  });
});

it("speaks Swahili to who asks for it, and English to everybody else", () => {
  expect(["sw", "sw-KE", "SW"].map((language) => wordsIn(language).label)).toEqual(Array(3).fill("Lipa kwa M-PESA"));
  expect(["en", null, "fr", "swe"].map((language) => wordsIn(language).label)).toEqual(
    Array(4).fill("Pay with M-PESA"),
  );
});
