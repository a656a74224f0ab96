/** What the documentation shows of one operation. */

export interface OperationExample {
  /** A JSON body, on operations that read one. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** What it is answered when all is well; absent where the answer is an address or a file. */
  readonly answer?: unknown;
}
