/**
 * What a command sees of the terminal. Answers go to standard output, which may be piped on; everything that is only
 * for the person goes to standard error.
 */
import { CalledWrongly, NotDone, explain } from "./refusal.ts";

export interface Terminal {
  /** One line of the answer. */
  readonly answer: (line: string) => void;
  /** One line for the person who waits. */
  readonly say: (line: string) => void;
}

export const processTerminal: Terminal = {
  answer: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
};

/**
 * Runs a command to its end and gives its exit status: 0 done, 1 not done, 2 called wrongly. Never rejects. Every
 * command is made to be repeated, so after a fault that none foresaw that is the advice.
 */
export const toExitStatus = async (terminal: Terminal, run: () => Promise<void>): Promise<0 | 1 | 2> => {
  try {
    await run();
    return 0;
  } catch (fault) {
    const known = fault instanceof CalledWrongly || fault instanceof NotDone;
    terminal.say(known ? fault.message : `${explain(fault)} It is safe to run the same command again.`);
    return fault instanceof CalledWrongly ? 2 : 1;
  }
};
