/**
 * One request to an endpoint. What must stay true: it is sent to an address that was checked, it follows no redirect, it
 * ends in time, and of the answer little is read and less is kept; whatever the receiver does, this answers.
 */
import { request as plainRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { isIPv6 } from "node:net";
import type { LookupFunction } from "node:net";
import { maskText } from "../domain/masking.ts";
import type { AttemptResult } from "../domain/webhook-delivery.ts";
import { guardAddress } from "./address-guard.ts";
import type { GuardedTarget, GuardPolicy, Resolve } from "./address-guard.ts";

/** From the connection's beginning to the answer's end, milliseconds. */
const LIMIT_MS = 10_000;
/** Bytes of an answer that are read. */
const READ_BYTES = 16_384;
/** Characters of an answer that are looked at and, masked, kept. */
const LOOKED_AT = 4_096;
const KEPT = 1_024;

export interface WebhookAnswer {
  readonly result: AttemptResult;
  readonly status: number | null;
  readonly excerpt: string | null;
  readonly error: string | null;
  readonly retryAfter: string | null;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request; never rejects. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

export interface PostDeps {
  readonly policy: () => GuardPolicy;
  readonly resolve: Resolve;
  /** Default ten seconds. */
  readonly limitMs?: number;
}

const unanswered = (result: AttemptResult, error: string): WebhookAnswer => ({
  result,
  status: null,
  excerpt: null,
  error,
  retryAfter: null,
});

const resultOf = (status: number): AttemptResult => {
  if (status >= 200 && status < 300) return "delivered";
  if (status === 410) return "gone";
  return status >= 300 && status < 400 ? "redirected" : "refused";
};

/** The beginning of an answer as it may be kept: masked, in printable characters. Null for an empty one. */
const excerptOf = (bytes: Buffer): string | null => {
  const text = bytes.toString("utf8").slice(0, LOOKED_AT);
  const kept = maskText(text)
    .slice(0, KEPT)
    .replace(/[\p{Cc}\p{Cs}]+/gu, " ")
    .trim();
  return kept === "" ? null : kept;
};

/** Names resolve to what was checked, and to nothing else. */
const pinned = (addresses: readonly string[]): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (host, options, callback) => {
    const [first] = all;
    if (first === undefined) callback(new Error(`${host} has no address`), "");
    else if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
};

const answered = (response: IncomingMessage, read: readonly Buffer[]): WebhookAnswer => {
  const status = response.statusCode ?? 0;
  return {
    result: resultOf(status),
    status,
    excerpt: excerptOf(Buffer.concat(read)),
    error: null,
    retryAfter: response.headers["retry-after"] ?? null,
  };
};

const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;

/** A fault by its code: its sentence could hold anything. */
const faultName = (fault: Error): string => {
  const code = "code" in fault && typeof fault.code === "string" ? fault.code : "";
  return CODE.test(code) ? code : fault.name;
};

const exchange = (target: GuardedTarget, { headers, body }: WebhookRequest, limitMs: number): Promise<WebhookAnswer> =>
  new Promise((resolve) => {
    const options: RequestOptions = { method: "POST", headers, agent: false, lookup: pinned(target.addresses) };
    const begin = target.url.protocol === "https:" ? tlsRequest : plainRequest;
    const request = begin(target.url, options);
    let answer: (() => WebhookAnswer) | null = null;
    const settle = (without: WebhookAnswer): void => {
      clearTimeout(timer);
      resolve(answer?.() ?? without);
      request.destroy();
    };
    const timer = setTimeout(() => settle(unanswered("timed_out", `no answer within ${limitMs} ms`)), limitMs);
    request.on("error", (fault) => settle(unanswered("unreachable", faultName(fault))));
    request.on("response", (response) => {
      const read: Buffer[] = [];
      let bytes = 0;
      answer = () => answered(response, read);
      const end = (): void => settle(unanswered("unreachable", "the answer broke off"));
      response.on("data", (chunk: Buffer) => {
        read.push(chunk.subarray(0, READ_BYTES - bytes));
        bytes += chunk.length;
        if (bytes >= READ_BYTES) end();
      });
      response.on("end", end).on("error", end).on("aborted", end);
    });
    request.end(body);
  });

export const postWebhook =
  ({ policy, resolve, limitMs = LIMIT_MS }: PostDeps): PostWebhook =>
  async (request) => {
    const guarded = await guardAddress(request.url, policy(), resolve);
    if (guarded.ok) return exchange(guarded.target, request, limitMs);
    const error = `the address ${guarded.because}`;
    return unanswered(guarded.unresolved ? "unreachable" : "forbidden_address", error);
  };
