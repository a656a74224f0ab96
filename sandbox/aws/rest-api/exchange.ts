/** A request as it reached the gateway, and an answer as it leaves: plain values, so that everything between is a function. */

export type GatewayRequest = {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** In the order and the spelling in which they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null when it was longer than the gateway takes. */
  readonly body: Buffer | null;
  /** The socket's other end. What the caller says of itself in X-Forwarded-For is not it. */
  readonly sourceIp: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
};

export type GatewayAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
};

/** The last value of a header, whatever its spelling; null when it was not sent. */
export const headerOf = (request: Pick<GatewayRequest, "headers">, name: string): string | null =>
  request.headers.findLast(([sent]) => sent.toLowerCase() === name.toLowerCase())?.[1] ?? null;
