/**
 * The window in which the payer pays. What must stay true: pressing again finds the window that is open and never opens a
 * second; the page in it does not learn who opened it, so it can't lead that page anywhere.
 */

/** What this needs of a browser. */
export interface Surroundings {
  /** A new, empty window; null when the browser lets none be opened. */
  readonly open: () => Opened | null;
  /** Leads this page itself there. */
  readonly go: (url: string) => void;
  /** Runs something again and again; gives what ends it. */
  readonly every: (run: () => void, ms: number) => () => void;
}

export interface Opened {
  readonly closed: boolean;
  opener: unknown;
  readonly location: { replace(url: string): void };
  focus(): void;
}

const LOOK_MS = 500;

export type Pressed = "opened" | "found" | "left";

/** What pressing does. `closed` is called when the payer has closed the window. */
export const paymentWindow = (surroundings: Surroundings, closed: () => void) => {
  let opened: Opened | null = null;
  let rest = (): void => undefined;

  const look = (): void => {
    if (opened?.closed !== true) return;
    forget();
    closed();
  };
  const forget = (): void => {
    rest();
    opened = null;
  };
  return {
    /** Stops looking after it; the window itself stays. */
    forget,
    press: (url: string): Pressed => {
      look();
      if (opened !== null) {
        opened.focus();
        return "found";
      }
      opened = surroundings.open();
      if (opened === null) {
        surroundings.go(url);
        return "left";
      }
      opened.opener = null;
      opened.location.replace(url);
      rest = surroundings.every(look, LOOK_MS);
      return "opened";
    },
  };
};
