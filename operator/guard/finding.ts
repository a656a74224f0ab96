/** What the guard has to say about one thing of one stack. */

/** What is being done to it; an exception is made for one of these and never for all. */
export type Deed = "delete" | "replace" | "weaken" | "break";

export interface Refusal {
  readonly stack: string;
  /** A logical id, or the name of an export. */
  readonly resource: string;
  readonly type: string;
  readonly deed: Deed;
  /** The property that does it, where it is one. */
  readonly property: string | null;
  /** What the deployment would do. */
  readonly happens: string;
  readonly lost: string;
  readonly instead: string;
}

/** Nothing is lost by it, and somebody should have looked. */
export interface Warning {
  readonly stack: string;
  readonly resource: string;
  readonly says: string;
}
