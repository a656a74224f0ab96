/**
 * Getting a new token while other processes want one too. What must stay true: a token is fetched by whoever holds the
 * lease on the shared item, everybody else waits for it, and no wait is without an end.
 */
import type { Clock } from "../domain/clock.ts";
import type { Log } from "./log.ts";
import { TokenUnavailable } from "./token.ts";
import type { FetchedToken, HeldToken, SharedToken } from "./token.ts";

export interface TokenDeps {
  readonly shared: SharedToken;
  /** Asks Daraja (oauth.ts). Rejects with `TokenUnavailable` only. */
  readonly fetchToken: () => Promise<FetchedToken>;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** Longer than fetching takes at worst (oauth.ts), so that a lease ends by itself only when its holder died. */
const LEASE_MS = 8_000;
/** The longest a caller without a token waits for another process to fetch one. */
const PATIENCE_MS = 9_000;
const POLL_MS = { first: 50, factor: 1.6, most: 400 } as const;
/** A stop for loops whose real end is a time, should the clock stand still. */
const MOST_ROUNDS = 1_000;

/** The held token if it still lives; null otherwise. */
export const living = (held: HeldToken | null, now: number): HeldToken | null =>
  held !== null && now < held.expiresAt ? held : null;

/** Logs that the shared item did not answer. */
export const logUnreachable =
  (log: Log) =>
  (fault: unknown): void =>
    log("token.shared_unreachable", { error: fault instanceof Error ? fault.name : "unknown" });

/** Fetches a token of this generation, alone. It counts as dead a little before Daraja says so. */
export const fetchToken = async (deps: TokenDeps, generation: number): Promise<HeldToken> => {
  const started = deps.clock.now();
  const { token, lifetimeMs } = await deps.fetchToken();
  deps.log("token.fetched", { generation, tookMs: deps.clock.now() - started });
  return { token, generation, expiresAt: started + lifetimeMs - Math.min(10_000, lifetimeMs / 10) };
};

/** Fetches as the holder of the lease. A new token is used even when it could not be stored. */
const fetchLeased = async (deps: TokenDeps, lease: { fence: number; seen: number }): Promise<HeldToken> => {
  const { shared, clock, log } = deps;
  const fresh = await fetchToken(deps, lease.seen + 1).catch(async (fault: unknown) => {
    await shared.release(lease.fence).catch(logUnreachable(log));
    throw fault;
  });
  try {
    if (await shared.store(fresh, lease.fence)) return fresh;
    return living(await shared.read(), clock.now()) ?? fresh;
  } catch (fault) {
    logUnreachable(log)(fault);
    return fresh;
  }
};

/** Waits until the item holds something newer than `seen` or `until` has passed. */
const awaitNewer = async (deps: TokenDeps, { seen, until }: { seen: number; until: number }): Promise<void> => {
  for (let round = 0, pause: number = POLL_MS.first; round < MOST_ROUNDS; round += 1) {
    await deps.wait(pause * (0.5 + deps.random() / 2));
    const held = await deps.shared.read();
    if ((held?.generation ?? 0) > seen || deps.clock.now() >= until) return;
    pause = Math.min(pause * POLL_MS.factor, POLL_MS.most);
  }
};

export interface TokenLease {
  /** A living token newer than generation `seen`: fetched here, or by whoever was first. */
  obtain(seen: number): Promise<HeldToken>;
  /** A newer token if one is to be had without waiting for another process; otherwise when to ask again (epoch ms). */
  renew(seen: number): Promise<{ readonly held: HeldToken } | { readonly busyUntil: number }>;
}

/** The lease as one process uses it; `holder` tells it from the others. Rejects when the shared item can't be reached. */
export const createTokenLease = (deps: TokenDeps): TokenLease => {
  const { shared, clock } = deps;
  const holder = Math.floor(deps.random() * 2 ** 48).toString(36);
  const ask = (seen: number) => shared.lease({ seen, holder, leaseMs: LEASE_MS });

  const obtain = async (seen: number): Promise<HeldToken> => {
    const giveUpAt = clock.now() + PATIENCE_MS;
    for (let known = seen, round = 0; round < MOST_ROUNDS; round += 1) {
      const lease = await ask(known);
      if (lease.won) return fetchLeased(deps, { fence: lease.fence, seen: known });
      const { held } = lease;
      if (held && held.generation > known) {
        if (living(held, clock.now())) return held;
        known = held.generation;
      } else {
        if (clock.now() >= giveUpAt) break;
        await awaitNewer(deps, { seen: known, until: Math.min(lease.until, giveUpAt) });
      }
    }
    throw new TokenUnavailable("daraja_unavailable", "another process is fetching a token and has not finished");
  };

  const renew = async (seen: number) => {
    const lease = await ask(seen);
    if (lease.won) return { held: await fetchLeased(deps, { fence: lease.fence, seen }) };
    const newer = living(lease.held, clock.now());
    return newer && newer.generation > seen
      ? { held: newer }
      : { busyUntil: Math.max(lease.until, clock.now() + 1_000) };
  };

  return { obtain, renew };
};
