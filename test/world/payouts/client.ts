/**
 * Whoever calls the gateway's API over a network that loses things: asks until there is an answer, or gives up. What must
 * stay true: it never learns more than an HTTP client would.
 */
import type { Reply } from "../../../functions/api/reply.ts";
import { createChance } from "../core/prng.ts";
import type { BareWorld } from "./bare-world.ts";

/** What a call is made of beside what is asked. */
export interface Attempt {
  readonly requestId: string;
  readonly remainingMs: () => number;
}

export type Answer =
  /** What the API said of it. */
  { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | { readonly problem: string };

const ATTEMPTS = 6;
const LATENCY_MS = { least: 20, most: 200 } as const;
const PATIENCE_MS = { first: 1_000, spread: 2_000 } as const;
const TIMEOUT_MS = 28_000;

const read = (reply: Reply): Answer => {
  if (reply.reply === "problem") return { problem: reply.code };
  const body = reply.reply === "resource" ? (reply.body as Record<string, unknown>) : {};
  return { status: reply.reply === "resource" ? reply.status : 200, body };
};

/** Problems that a client asks again about. */
const PASSING: readonly string[] = ["batch_in_progress", "unavailable", "internal_error", "not_asked"];

interface ClientParts extends Pick<BareWorld, "time" | "newName" | "note" | "chance"> {
  /** How often a request or an answer gets lost, in [0, 1]. */
  readonly rates: () => { readonly clientLost: number };
}

export const createClient = (world: ClientParts) => {
  const { time, newName, note, rates } = world;
  const chance = createChance(world.chance.split());
  const travel = (): Promise<void> => time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));

  /** One request; null when no answer came. */
  const once = async (ask: (attempt: Attempt) => Promise<Reply>): Promise<Answer | null> => {
    await travel();
    if (chance.happens(rates().clientLost)) return null;
    try {
      const reply = await ask({ requestId: newName(), remainingMs: () => TIMEOUT_MS });
      await travel();
      return chance.happens(rates().clientLost) ? null : read(reply);
    } catch {
      return null;
    }
  };

  /** Asks until there is an answer; null when there was none in the end. `what` is for the story. */
  return async (what: string, ask: (attempt: Attempt) => Promise<Reply>): Promise<Answer | null> => {
    for (let tried = 1; tried <= ATTEMPTS; tried += 1) {
      const answer = await once(ask);
      if (answer && !("problem" in answer && PASSING.includes(answer.problem))) {
        note(`${what} is answered ${"problem" in answer ? answer.problem : answer.status}`);
        return answer;
      }
      note(`${what} heard nothing, attempt ${tried}`);
      await time.wait(PATIENCE_MS.first * tried + chance.next() * PATIENCE_MS.spread);
    }
    return null;
  };
};
export type Client = ReturnType<typeof createClient>;
