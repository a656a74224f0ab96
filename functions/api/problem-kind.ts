/** What is to be said about one kind of problem: its status, its title, what to do, and whether to repeat the request. */

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What happened and what to do; the default `detail`. */
  readonly advice: string;
  /** Whether the very same request, with the same Idempotency-Key, may be sent again. */
  readonly safeToRetry: "yes" | "no" | "after_fixing";
}

export const kind = (
  status: number,
  title: string,
  rest: Pick<ProblemKind, "advice" | "safeToRetry">,
): ProblemKind => ({
  status,
  title,
  ...rest,
});
