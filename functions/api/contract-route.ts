/** What a route of the API is. The routes themselves are data beside this file, one file for each group. */
import type * as z from "zod";
import type { Scope } from "../domain/scopes.ts";
import type { ProblemCode } from "./problems.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Functions of the storefront's door; each has an entry `functions/api/<name>.lambda.ts`. */
export type ApiFunction =
  | "start-payment"
  | "read-payments"
  | "verify-payment"
  | "start-payout"
  | "read-payouts"
  | "start-batch"
  | "steer-batch"
  | "audit"
  | "reconciliations"
  | "work-exceptions"
  | "route-payment"
  | "start-refund"
  | "read-refunds"
  | "statements"
  | "checkout-sessions"
  | "pay-checkout"
  | "webhooks"
  | "check-health"
  | "meta";

export interface Route {
  /** Unique; also the OpenAPI operationId. */
  readonly operation: string;
  readonly method: Method;
  /** API Gateway's spelling: `/v1/payments/{id}`. */
  readonly path: `/${string}`;
  readonly function: ApiFunction;
  /** `key`: an API key with one of `scopes`; `key_or_client_token`: also the browser's token of that one payment. */
  readonly auth: "none" | "key" | "key_or_client_token";
  /** Any one of these suffices. Empty exactly where nobody has to be known. */
  readonly scopes: readonly Scope[];
  /** Takes an Idempotency-Key, because it can move money. */
  readonly idempotent: boolean;
  readonly summary: string;
  readonly description: string;
  /** What a request has to look like; made when asked for. */
  readonly params: () => z.ZodObject;
  readonly query: () => z.ZodObject;
  /** A JSON body; null where none is read. */
  readonly body: (() => z.ZodType) | null;
  /**
   * On routes that take a file as well: the query that comes with a `text/csv` body and says what a JSON body says beside
   * its rows.
   */
  readonly csv?: () => z.ZodObject;
  /** The longest body in bytes, where it differs from `BODY_BYTES`. */
  readonly bodyBytes?: number;
  readonly success: {
    /** 303: there is no body, and what was asked for lies at another address. */
    readonly status: 200 | 201 | 202 | 303;
    readonly description: string;
    /** A file instead of JSON. */
    readonly type?: "text/csv";
    /** Given in place of JSON to who asks for it by name. */
    readonly also?: "text/html";
    /** What a 303 leads to, on routes that may answer with one. */
    readonly elsewhere?: string;
  };
  /** Problems of this route beside those that every route can answer. */
  readonly problems: readonly ProblemCode[];
}

/** The longest body, in bytes, of a route that names no length of its own. */
export const BODY_BYTES = 65_536;

/** Checks a route's shape and keeps its exact type. */
export const route = <const R extends Route>(definition: R): R => definition;
