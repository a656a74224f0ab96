/**
 * What a call throws. What must stay true: whoever catches it learns whether the same request may be sent again, and
 * under which Idempotency-Key; a silence is never told as a refusal, because the request may have arrived.
 */
import type { components } from "./schema.ts";

/** RFC 9457, as the API answers it: what happened, what to do, and which fields are wrong. */
export type Problem = components["schemas"]["Problem"];

/** Problems that pass by themselves, besides 429 and 5xx. The others need another request or another state of things. */
const PASSING: ReadonlySet<string> = new Set([
  "balance_unknown",
  "batch_in_progress",
  "day_not_over",
  "payment_in_progress",
  "receipt_unknown",
  "results_not_ready",
]);

/** The API understood and said no. `message` is made for the log of whoever called: it holds no phone and no key. */
export class MalipoProblem extends Error {
  override readonly name = "MalipoProblem";
  readonly status: number;
  /** One of the codes at `/docs/errors`; `unreadable_answer` when something on the way answered in the API's place. */
  readonly code: string;
  /** Name it to support. */
  readonly requestId: string | null;
  /** Which fields are wrong, as JSON pointers, and what is wrong with each. */
  readonly errors: NonNullable<Problem["errors"]>;
  /** Whether the very same request, under the same `idempotencyKey`, may go through later. */
  readonly retryable: boolean;
  /** From when on to try again, where the API says so. */
  readonly retryAt: Date | null;
  /** The key that the request went out with; null when its operation takes none. */
  readonly idempotencyKey: string | null;
  /** Everything that the API said; null when it can't be read. */
  readonly problem: Problem | null;

  constructor(answer: { readonly response: Response; readonly problem: Problem | null; readonly key: string | null }) {
    const { response, problem, key } = answer;
    super(problem === null ? unreadable(response.status) : told(problem));
    this.status = response.status;
    this.code = problem?.code ?? "unreadable_answer";
    this.requestId = problem?.request_id ?? null;
    this.errors = problem?.errors ?? [];
    this.retryable = response.status === 429 || response.status >= 500 || PASSING.has(this.code);
    this.retryAt = problem?.retry_at === undefined ? null : new Date(problem.retry_at);
    this.idempotencyKey = key;
    this.problem = problem;
  }
}

/** No answer came, however often it was asked: nobody knows whether the request arrived. */
export class MalipoSilence extends Error {
  override readonly name = "MalipoSilence";
  /** Always: reading changes nothing, and a request with this key never happens twice. */
  readonly retryable: boolean;
  readonly idempotencyKey: string | null;

  constructor(
    request: { readonly method: string; readonly path: string; readonly key: string | null },
    cause: unknown,
  ) {
    const { method, path, key } = request;
    const retryable = key !== null || method !== "POST";
    const advice =
      key === null
        ? retryable
          ? "Send it again."
          : "Read what it was about before you send it again."
        : "Send it again with the same idempotencyKey: it never happens twice.";
    super(`No answer came to ${method} ${path}, and it may have arrived all the same. ${advice}`, { cause });
    this.retryable = retryable;
    this.idempotencyKey = key;
  }
}

const unreadable = (status: number): string =>
  `Something answered ${status} in the API's place. Check the address of the API, then send the same request again.`;

const told = ({ title, detail, code, errors = [], request_id }: Problem): string => {
  const fields = errors.map(({ pointer, message }) => ` ${pointer}: ${message}`).join("");
  return `${title}. ${detail}${fields} (${code}, ${request_id})`;
};

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && ["code", "title", "detail"].every((name) => isText(value, name));

const isText = (value: object, name: string): boolean => typeof Reflect.get(value, name) === "string";

/** What the API said in an answer that is not a success. */
export const problemOf = async (response: Response, key: string | null): Promise<MalipoProblem> => {
  const problem: unknown = await response.json().catch(() => null);
  return new MalipoProblem({ response, problem: isProblem(problem) ? problem : null, key });
};
