/** An exception as the API shows it, alone in a list or with its history. */
import { ageBucket, endOf, ownerOf, particularsOf } from "../domain/exception.ts";
import type { Ended, Exception } from "../domain/exception.ts";
import { utcIso } from "../domain/time.ts";
import type { ExceptionResource, WorkedException } from "./responses-exceptions.ts";
import { chainView, entryView } from "./timeline-view.ts";

const endView = ({ how, note, by, at }: Ended): ExceptionResource["resolution"] => ({
  kind: how,
  note,
  by,
  at: utcIso(at),
});

/** `now` is what its age is counted to. */
export const exceptionView = (exception: Exception, now: number): ExceptionResource => {
  const end = endOf(exception);
  return {
    id: exception.id,
    object: "exception",
    kind: exception.kind,
    status: exception.status,
    age: ageBucket(exception.openedAt, now),
    transaction: exception.transactionId,
    opened_at: utcIso(exception.openedAt),
    last_seen_at: utcIso(exception.lastAt),
    times: exception.times,
    owner: ownerOf(exception),
    resolution: end && endView(end),
    details: { ...particularsOf(exception) },
  };
};

/** The messages behind an exception are shown once, in its transaction's timeline. */
const NO_TEXTS: ReadonlyMap<string, string> = new Map();

export const workedException = (exception: Exception, now: number): WorkedException => {
  const { id, history, head } = exception;
  return {
    ...exceptionView(exception, now),
    chain: chainView(id, history, head),
    data: history.map((entry) => entryView(entry, NO_TEXTS)),
  };
};
