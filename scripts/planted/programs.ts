/**
 * Runs a program in a group of its own and waits for its end. What must stay true: no program outlives its time or this
 * one, and of what it says no more is kept than anybody reads.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly limitMs: number;
}

export interface Ended {
  /** Null when it was killed, or could not be started. */
  readonly code: number | null;
  readonly timedOut: boolean;
  /** The last of what it said on both of its outputs. */
  readonly said: string;
}

const KEPT_CHARACTERS = 20_000;

const running = new Set<ChildProcess>();

/** A group that has ended already is what was wanted. */
const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    return;
  }
};

/** Ends every program that still runs, with whatever it has started. */
export const killAll = (): void => running.forEach(killGroup);

export const run = ({ file, args, cwd, env, limitMs }: Program): Promise<Ended> =>
  new Promise((resolve) => {
    let said = "";
    let timedOut = false;
    const child = spawn(file, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    running.add(child);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, limitMs);
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString("utf8")).slice(-KEPT_CHARACTERS);
    };
    const end = (code: number | null): void => {
      clearTimeout(timer);
      killGroup(child);
      running.delete(child);
      resolve({ code, timedOut, said });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", (fault) => {
      said += fault.message;
      end(null);
    });
    child.once("close", end);
  });
