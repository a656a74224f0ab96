/**
 * What passes between a function's instance (a worker thread or a process) and the one who invokes it. Events and results
 * are JSON text.
 */

/** An error as the Lambda service reports it to the caller. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

/** What an instance is given at its start. */
export type Code = {
  /** The module that holds the handler, as a file URL. */
  readonly moduleUrl: string;
  /** The name of the handler among the module's exports. */
  readonly exportName: string;
};

/** What a thread is given besides: it shares the sandbox's memory. */
export type ThreadData = Code & {
  /** `TravelClock.ahead`: how far the sandbox's clock is ahead of the machine's. */
  readonly ahead: SharedArrayBuffer;
};

/** One invocation, with what the context object is made of. */
export type Invocation = {
  readonly requestId: string;
  readonly eventJson: string;
  /** Epoch milliseconds at which the service would end the invocation. */
  readonly deadline: number;
  readonly functionArn: string;
  /** How far the sandbox's clock is ahead of the machine's, milliseconds: for a process, which shares no memory. */
  readonly aheadMs: number;
};

export type FromInstance =
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "ready" }
  | { readonly kind: "init_failed"; readonly error: FunctionError }
  | { readonly kind: "result"; readonly requestId: string; readonly resultJson: string }
  | { readonly kind: "error"; readonly requestId: string; readonly error: FunctionError };
