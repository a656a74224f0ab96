/**
 * Access tokens. With `tokens: "replace"` one lives at a time, as Safaricom's FAQ says; with `coexist` each lives out
 * its hour. Tokens outlive a reset of the simulator: a client that holds one is not part of what a reset clears.
 */
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { Switches } from "./switches.ts";

const TOKENS_MAX = 10_000;

export type Tokens = ReturnType<typeof createTokens>;

export const createTokens = (clock: Pick<Clock, "now">, ids: Pick<Ids, "token">) => {
  const expiries = new Map<string, number>();
  return {
    /** A fresh token. */
    issue(switches: Pick<Switches, "tokens" | "token_lifetime_seconds">): string {
      if (switches.tokens === "replace") expiries.clear();
      const oldest = expiries.keys().next();
      if (expiries.size >= TOKENS_MAX && !oldest.done) expiries.delete(oldest.value);
      const token = ids.token();
      expiries.set(token, clock.now() + switches.token_lifetime_seconds * 1000);
      return token;
    },
    isAlive: (token: string): boolean => (expiries.get(token) ?? 0) > clock.now(),
    revoke: (token: string): boolean => expiries.delete(token),
  };
};
