/**
 * Hears how a session's payment stands, from the address of the page that was opened, so that the page need not know who
 * opened it. What must stay true: a message that does not say "paid" in so many words is not taken for it; tries grow
 * rarer, and end.
 */

/** What this needs of a browser's WebSocket. */
export interface Socket {
  addEventListener(happened: "open" | "close", run: () => void): void;
  addEventListener(happened: "message", run: (event: { readonly data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
}

export interface Listening {
  readonly open: () => Socket;
  /** Told once, with the payment as the API shows it. */
  readonly paid: (payment: Readonly<Record<string, unknown>>) => void;
  /** Runs something after so many milliseconds; gives what calls it off. */
  readonly later: (run: () => void, ms: number) => () => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Vain tries in a row: about half an hour. */
const MOST_TRIES = 60;
const PAID = ["succeeded", "merged"];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
};

/** The payment of a message that says that it was paid; null for any other. */
export const readPaid = (data: unknown): Readonly<Record<string, unknown>> | null => {
  const message = parsed(data);
  if (!isRecord(message) || message["type"] !== "payment.updated") return null;
  const payment = message["payment"];
  return isRecord(payment) && PAID.includes(String(payment["status"])) ? payment : null;
};

/** Listens until it was paid; gives what ends it. */
export const listen = ({ open, paid, later }: Listening): (() => void) => {
  let tries = 0;
  let isOver = false;
  let socket: Socket | null = null;
  let callOff = (): void => undefined;

  const end = (): void => {
    isOver = true;
    callOff();
    socket?.close();
  };
  const begin = (): void => {
    tries += 1;
    const mine = (socket = open());
    mine.addEventListener("open", () => mine.send('{"action":"state"}'));
    mine.addEventListener("message", ({ data }) => {
      tries = 0;
      const payment = readPaid(data);
      if (payment === null || isOver) return;
      end();
      paid(payment);
    });
    mine.addEventListener("close", () => {
      if (isOver || tries >= MOST_TRIES) return;
      callOff = later(begin, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
    });
  };
  begin();
  return end;
};
