/**
 * Safaricom's door. Callbacks are unsigned and come once, if at all, so for every kind of them: nothing is read before its
 * size and its token are checked, nothing is acknowledged that is not stored, and whatever came from an address that is
 * not Safaricom's is marked as such, for nobody to believe.
 */
import type { Clock } from "../domain/clock.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";

export interface DoorDeps {
  readonly isSafaricom: (address: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: Count;
}

/** What one kind of callback asks of the door. */
export interface Kept {
  /** Whether an id has the form of what these callbacks are about. */
  readonly isId: (id: string) => boolean;
  readonly checkToken: (callback: { readonly id: string; readonly token: string }) => Promise<boolean>;
  /** Stores what arrived; rejects when it could not be stored. */
  readonly keep: (arrived: Arrived) => Promise<void>;
}

/** A callback whose token is good. */
export interface Arrived {
  readonly id: string;
  /** Its whole body. */
  readonly raw: string;
  /** Whether it came from one of Safaricom's addresses. */
  readonly isListed: boolean;
  readonly at: number;
  readonly requestId: string;
}

/** A callback is a few KB at most; what is larger is not one. */
export const MAX_CALLBACK_BYTES = 65_536;

/** What Safaricom expects to read, whatever we think of the message. */
const ACKNOWLEDGED: HttpResponse = { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };
const NOT_HERE: HttpResponse = { status: 404, body: null };
const TOO_LARGE: HttpResponse = { status: 413, body: null };
const NOT_STORED: HttpResponse = { status: 503, headers: { "retry-after": "30" }, body: null };

/** Answers as if there were no such address. */
export const notHere = ({ log }: Pick<DoorDeps, "log">): HttpResponse => {
  log.warn("callback.refused");
  return NOT_HERE;
};

type Entered =
  | { readonly entered: true; readonly arrived: Arrived }
  | { readonly entered: false; readonly answer: HttpResponse };

/** Lets in what is small enough and carries its token. */
export const enter = async (
  deps: DoorDeps,
  { isId, checkToken }: Pick<Kept, "isId" | "checkToken">,
  request: HttpRequest,
): Promise<Entered> => {
  const raw = request.body ?? "";
  if (Buffer.byteLength(raw) > MAX_CALLBACK_BYTES) {
    deps.log.warn("callback.too_large");
    return { entered: false, answer: TOO_LARGE };
  }
  const { id = "", token = "" } = request.params;
  if (!isId(id) || !(await checkToken({ id, token }))) return { entered: false, answer: notHere(deps) };
  const { requestId, sourceAddress } = request;
  const isListed = deps.isSafaricom(sourceAddress);
  return { entered: true, arrived: { id, raw, isListed, at: deps.clock.now(), requestId } };
};

/** Takes callbacks of one kind. */
export const throughDoor =
  (deps: DoorDeps, kept: Kept) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const entry = await enter(deps, kept, request);
    if (!entry.entered) return entry.answer;
    try {
      await kept.keep(entry.arrived);
    } catch (fault) {
      deps.log.error("callback.not_stored", { transaction: entry.arrived.id }, fault);
      deps.count("CallbackNotStored");
      return NOT_STORED;
    }
    return ACKNOWLEDGED;
  };
