/**
 * Where calls get their token: memory, then the shared item, then Daraja. What must stay true: callers in one process
 * wait on one promise; while a token lives nobody waits for the next one, one caller apart; a dead token is replaced
 * once, however many callers saw it die.
 */
import { createTokenLease, fetchToken, living, logUnreachable } from "./token-lease.ts";
import type { TokenDeps } from "./token-lease.ts";
import { TokenUnavailable } from "./token.ts";
import type { HeldToken, TokenSource } from "./token.ts";

const REFRESH_EARLY_MS = 5 * 60_000;
/** How long the old token goes on being used before another attempt to renew it. */
const AFTER_SETBACK_MS = 30_000;

/**
 * One token source per process. When the shared item can't be reached this process fetches alone: a payment refused for
 * want of a lease would be worse than a token too many, and a token killed that way is replaced like any other.
 */
export const createTokenSource = (deps: TokenDeps): TokenSource => {
  const { shared, clock, log } = deps;
  const lease = createTokenLease(deps);
  let memory: { readonly held: HeldToken; readonly renewAt: number } | null = null;
  let flight: Promise<HeldToken> | null = null;

  const fly = (start: () => Promise<HeldToken>): Promise<HeldToken> =>
    (flight ??= start().finally(() => (flight = null)));

  const adopt = (held: HeldToken): HeldToken => {
    const left = held.expiresAt - clock.now();
    memory = { held, renewAt: held.expiresAt - Math.min(REFRESH_EARLY_MS, left / 2) };
    return held;
  };

  const keep = (held: HeldToken, renewAt: number): HeldToken => {
    memory = { held, renewAt };
    return held;
  };

  const renew = async (current: HeldToken): Promise<HeldToken> => {
    try {
      const renewed = await lease.renew(current.generation);
      return "held" in renewed ? adopt(renewed.held) : keep(current, renewed.busyUntil);
    } catch (fault) {
      if (!(fault instanceof TokenUnavailable)) logUnreachable(log)(fault);
      return keep(current, clock.now() + AFTER_SETBACK_MS);
    }
  };

  /** A living token that is not `dead`: the shared one, or one newer than generation `seen`. */
  const obtain = async (seen: number, dead: string | null): Promise<HeldToken> => {
    try {
      const held = await shared.read();
      const shareable = living(held, clock.now());
      if (shareable && shareable.token !== dead) return adopt(shareable);
      return adopt(await lease.obtain(Math.max(seen, held?.generation ?? 0)));
    } catch (fault) {
      if (fault instanceof TokenUnavailable) throw fault;
      logUnreachable(log)(fault);
      return adopt(await fetchToken(deps, seen));
    }
  };

  const get = async (): Promise<string> => {
    const now = clock.now();
    if (memory && now < memory.renewAt) return memory.held.token;
    const current = living(memory?.held ?? null, now);
    if (current) return flight ? current.token : (await fly(() => renew(current))).token;
    const seen = memory?.held.generation ?? 0;
    return (await fly(() => obtain(seen, null))).token;
  };

  const replace = async (dead: string): Promise<string> => {
    const underWay = await flight;
    if (underWay && underWay.token !== dead) return underWay.token;
    const current = living(memory?.held ?? null, clock.now());
    if (current && current.token !== dead) return current.token;
    const seen = memory?.held.token === dead ? memory.held.generation : 0;
    memory = null;
    return (await fly(() => obtain(seen, dead))).token;
  };

  return { get, replace };
};
