/**
 * The bearer token: what it is, the item through which processes share it, and how calls get it (token-source.ts keeps
 * the promises made here). What must stay true: at any moment at most one process fetches a token, because each new
 * token may kill the one before it.
 */
/** A token and its place in the line of tokens: each new one has a higher generation. */
export interface HeldToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** 1 for the first token ever stored; every later one is higher. */
  readonly generation: number;
}

/**
 * The one item through which processes share the token. One item per Daraja application (environment and shortcode).
 * It must outlive its token by days, so that generations go on counting. A method rejects when the item can't be reached.
 */
export interface SharedToken {
  /** What is held now (consistent read); null when nothing was ever stored. An expired token is returned as it is. */
  read(): Promise<HeldToken | null>;
  /**
   * Asks for the right to fetch. Won when the item holds nothing newer than generation `seen` (0 = nothing seen) and no
   * unexpired lease: condition `(no generation or generation <= seen) and (no lease or leaseUntil <= now)`. The winner
   * gets a fence, a number that grows with every lease; its lease ends `leaseMs` from now by itself. The loser gets
   * what the item holds, and when the lease that stands in the way ends (epoch ms; 0 when none does).
   */
  lease(request: {
    readonly seen: number;
    readonly holder: string;
    readonly leaseMs: number;
  }): Promise<
    | { readonly won: true; readonly fence: number }
    | { readonly won: false; readonly held: HeldToken | null; readonly until: number }
  >;
  /** Stores the new token and ends the lease, if `fence` is still the last one given; false when it is not. */
  store(next: HeldToken, fence: number): Promise<boolean>;
  /** Ends the lease without a new token, if `fence` is still the last one given. */
  release(fence: number): Promise<void>;
}

/** Where calls get their bearer token from. Both methods reject with `TokenUnavailable` only. */
export interface TokenSource {
  /** A token that is believed to be alive. */
  get(): Promise<string>;
  /** A token other than `dead`, which Daraja called invalid. */
  replace(dead: string): Promise<string>;
}

export interface FetchedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** No token could be had, so nothing was sent: safe to try again once the reason is gone. */
export class TokenUnavailable extends Error {
  override readonly name = "TokenUnavailable";
  readonly failure: "daraja_unavailable" | "merchant_misconfigured" | "rate_limited";

  constructor(failure: TokenUnavailable["failure"], because: string, options?: ErrorOptions) {
    super(because, options);
    this.failure = failure;
  }
}
