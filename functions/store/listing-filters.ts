/** What a listing of payments or payouts shows: what it may be asked for, and which transactions are wanted then. */
import type { LedgerState } from "../domain/history.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { PaymentSource, Routing } from "../domain/payment.ts";

/** What payments and payouts are filtered by. */
export interface Listed {
  readonly id: string;
  readonly storefront: string;
  readonly phoneHash: string | null;
  readonly reference: string;
  readonly state: LedgerState;
  readonly createdAt: number;
  /** Of payments alone. */
  readonly source?: PaymentSource;
  readonly routing?: Routing;
}

export interface Filters {
  readonly reference?: string;
  readonly receipt?: string;
  readonly phone?: Msisdn;
  readonly states?: readonly LedgerState[];
  readonly source?: PaymentSource;
  readonly routing?: Routing;
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

export interface Wanted {
  readonly storefront: string;
  readonly filters: Filters;
  readonly phoneHash: string | null;
}

const isReference = (listed: Listed, reference: string): boolean =>
  listed.reference.trim().toLowerCase() === reference.trim().toLowerCase();

/** Whether a listing shows it. */
export const matches = (listed: Listed, { storefront, filters, phoneHash }: Wanted): boolean =>
  listed.storefront === storefront &&
  (phoneHash === null || listed.phoneHash === phoneHash) &&
  (filters.reference === undefined || isReference(listed, filters.reference)) &&
  (filters.states === undefined || filters.states.includes(listed.state)) &&
  (filters.source === undefined || filters.source === listed.source) &&
  (filters.routing === undefined || filters.routing === listed.routing) &&
  (filters.createdFrom === undefined || listed.createdAt >= filters.createdFrom) &&
  (filters.createdTo === undefined || listed.createdAt < filters.createdTo);

/** Whether what an index finds has to be looked through. The queue of the unmatched has an index of its own. */
export const isNarrowed = ({ states, source, routing }: Filters): boolean =>
  states !== undefined || source !== undefined || (routing !== undefined && routing !== "unmatched");
