/**
 * A request and what becomes of it, as plain values. The core knows nothing of sockets: whoever carries the request
 * carries out the outcome, be it a server, a test or a simulated network.
 */
export type IncomingRequest = {
  readonly method: string;
  /** Path with its query string, as on the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly remoteAddress: string;
};

export type Answer = {
  readonly kind: "answer";
  readonly status: number;
  /** The words after the status on the status line, where Safaricom's differ from the usual ones. */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In place of `body`, where the answer is a file and no text. */
  readonly bytes?: Uint8Array;
  /** How long the carrier holds the answer back. */
  readonly holdMs?: number;
};

/** The connection is torn down without an answer, after `holdMs` of silence. */
export type Reset = { readonly kind: "reset"; readonly holdMs?: number };

export type Outcome = Answer | Reset;

/** No answer for longer than any client waits, then a reset. */
export const silence: Reset = { kind: "reset", holdMs: 120_000 };

/** A callback on its way out. */
export type OutgoingRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The local address to send from: what the receiver sees as the source. */
  readonly sourceAddress: string;
  /** The carrier gives up this long after its turn came, and rejects. */
  readonly timeoutMs: number;
  /** The answer's body is wanted as well, up to 64 KB of it. */
  readonly wantsBody?: true;
};

/**
 * Sends a callback; resolves with the status of whatever answered and, where it is wanted, its body; rejects when nothing
 * did. `isObsolete` is looked at when its turn comes: what nobody waits for by then is not sent.
 */
export type Deliver = (
  request: OutgoingRequest,
  isObsolete?: () => boolean,
) => Promise<{ readonly status: number; readonly body?: string }>;

/** An answer in JSON. */
export const jsonAnswer = (status: number, value: unknown): Answer => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" },
  body: JSON.stringify(value),
});

/** An answer as it comes from the edge in front of Daraja, where nobody speaks JSON. */
export const htmlAnswer = (status: number, body: string): Answer => ({
  kind: "answer",
  status,
  headers: { "content-type": "text/html", "cache-control": "no-cache, no-store" },
  body,
});
