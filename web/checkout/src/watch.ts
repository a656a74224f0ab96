/**
 * How the page asks the API, by the clock and whenever the socket says that something changed. What must stay true: at most
 * one question is out at a time, and who was told to look while one was out looks again; nobody is asked while the page is
 * hidden; after silence the pauses grow.
 */
import type { Answer } from "./api.ts";

export interface Watch {
  /** Looks now, whatever the pause. */
  nudge(): void;
  stop(): void;
}

/** The part of a browser that this needs. */
export interface Surroundings {
  readonly isHidden: () => boolean;
  readonly later: (run: () => void, ms: number) => () => void;
}

export interface Watching {
  readonly look: () => Promise<Answer>;
  /** Told of every answer; says how long to wait before the next question, in milliseconds, or null to stop. */
  readonly heard: (answer: Answer) => number | null;
}

const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 2_000;

/** Asks again and again. The first question goes out at once. */
export const poll = ({ look, heard }: Watching, surroundings: Surroundings): Watch => {
  let silent = 0;
  let isAsking = false;
  let isNews = false;
  let isStopped = false;
  const isOver = (): boolean => isStopped;
  let cancel = (): void => undefined;

  const ask = async (): Promise<void> => {
    isNews = isAsking;
    if (isAsking || isOver() || surroundings.isHidden()) return;
    cancel();
    isAsking = true;
    const answer = await look();
    isAsking = false;
    if (isOver()) return;
    silent = answer.answer === "session" ? 0 : silent + 1;
    const pause = heard(answer);
    if (isNews) return void ask();
    if (pause === null) return;
    const backOff = silent === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(silent - 1, 5));
    cancel = surroundings.later(() => void ask(), Math.max(pause, backOff));
  };

  void ask();
  return {
    nudge: () => void ask(),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
};
