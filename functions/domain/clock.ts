/** Time as an argument: everything that asks what time it is, or waits, is handed a clock. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}
