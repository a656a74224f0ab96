/**
 * The page's socket. What is said on it means "look now" and nothing else: what is shown is always what the API answered,
 * so a message that is lost, late or forged changes nothing on the screen. What must stay true: one socket at a time; a new
 * one is tried ever more rarely; whoever drops out is told at once, and asks as if there had been none.
 */

/** What this needs of a browser's WebSocket. */
export interface Socket {
  addEventListener(happened: "open" | "message" | "close", run: () => void): void;
  send(text: string): void;
  close(): void;
}

export interface Listener {
  /** Opens a socket, if there is none and it is time for one. Whether somebody is heard on it. */
  readonly listen: () => boolean;
  /** Gives the socket up: nothing comes through any more. */
  readonly drop: () => void;
}

export interface Listening {
  readonly open: () => Socket;
  readonly changed: () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export const listener = ({ open, changed, now }: Listening): Listener => {
  let socket: Socket | null = null;
  let isHeard = false;
  let vain = 0;
  let notBefore = 0;

  const drop = (): void => {
    const old = socket;
    socket = null;
    isHeard = false;
    old?.close();
  };
  const begin = (): void => {
    notBefore = now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** vain);
    vain += 1;
    const mine = open();
    socket = mine;
    mine.addEventListener("open", () => mine.send('{"action":"state"}'));
    mine.addEventListener("message", () => {
      isHeard = socket === mine;
      vain = 0;
      changed();
    });
    mine.addEventListener("close", () => {
      if (socket !== mine) return;
      drop();
      changed();
    });
  };
  return {
    drop,
    listen: () => {
      if (socket === null && now() >= notBefore) begin();
      return isHeard;
    },
  };
};
