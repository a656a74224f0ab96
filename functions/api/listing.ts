/** What all listings do alike: pages, filters, and the caller's mistakes in either. */
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { BadCursor } from "../store/cursor.ts";
import { problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { Mistake } from "./strict-json.ts";

const DEFAULT_LIMIT = 20;

/** The cursor was not handed out for this listing. */
export const badCursor = (): Reply => {
  const message = "this cursor was not handed out for this listing; start again without one";
  return problem("invalid_request", { errors: [{ pointer: "/query/cursor", message }] });
};

/** Runs a listing; a cursor that is not one of ours is the caller's mistake. */
export const paged = async (listing: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await listing();
  } catch (fault) {
    if (!(fault instanceof BadCursor)) throw fault;
    return badCursor();
  }
};

export const pageOf = (query: { readonly limit?: number | undefined; readonly cursor?: string | undefined }) => ({
  limit: query.limit ?? DEFAULT_LIMIT,
  cursor: query.cursor ?? null,
});

/** The filters of payments' and payouts' listings, as the contract reads them. */
interface Query<Status> {
  readonly reference?: string | undefined;
  readonly receipt?: string | undefined;
  readonly phone?: string | undefined;
  readonly status?: Status | undefined;
  readonly created_from?: string | undefined;
  readonly created_to?: string | undefined;
}

interface Filters<State> {
  readonly reference?: string;
  readonly receipt?: string;
  readonly phone?: Msisdn;
  readonly states?: readonly State[];
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

type Filtered<State> =
  | { readonly ok: true; readonly filters: Filters<State> }
  | { readonly ok: false; readonly mistake: Mistake };

/** The filters as the ledger takes them; `statesOf` names the states behind a public status. */
export const filtersOf = <Status, State>(
  query: Query<Status>,
  statesOf: (status: Status) => readonly State[],
): Filtered<State> => {
  const phone = query.phone === undefined ? null : parseMsisdn(query.phone);
  if (phone && !phone.ok) return { ok: false, mistake: { pointer: "/query/phone", message: phone.message } };
  return {
    ok: true,
    filters: {
      ...(query.reference === undefined ? {} : { reference: query.reference }),
      ...(query.receipt === undefined ? {} : { receipt: query.receipt }),
      ...(phone ? { phone: phone.msisdn } : {}),
      ...(query.status === undefined ? {} : { states: statesOf(query.status) }),
      ...(query.created_from === undefined ? {} : { createdFrom: Date.parse(query.created_from) }),
      ...(query.created_to === undefined ? {} : { createdTo: Date.parse(query.created_to) }),
    },
  };
};
