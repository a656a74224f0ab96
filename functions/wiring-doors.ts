/**
 * The doors: how what calls a function becomes a request, a message or a run, and what a fault becomes on the way back.
 * Part of the composition root (wiring.ts); only `*.lambda.ts` imports it.
 */
import type { Context } from "aws-lambda";
import { serve } from "./api/endpoint.ts";
import type { Mounted } from "./api/endpoint.ts";
import { problem, toResponse } from "./api/reply.ts";
import { asTokenAuthoriser } from "./runtime/authoriser.ts";
import { createHurry, onMessages } from "./runtime/consumer.ts";
import { env } from "./runtime/env.ts";
import { overHttp } from "./runtime/http.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./runtime/http.ts";
import { createReplay } from "./runtime/idempotency.ts";
import type { Replay } from "./runtime/idempotency.ts";
import { beginLog } from "./runtime/logger.ts";
import { onRotation } from "./runtime/rotation.ts";
import { onSchedule } from "./runtime/schedule.ts";
import { SecretNotConfigured } from "./runtime/secrets.ts";
import { onStream } from "./runtime/stream.ts";
import { onUploads } from "./runtime/uploads.ts";
import { count, dynamo, log, sqs } from "./wiring.ts";

const beginPlain = (context: Context): void => beginLog(context, {});

let invocation: Context;

const begin = (request: HttpRequest, context: Context): void => {
  invocation = context;
  beginLog(context, { api_request_id: request.requestId, route: request.route });
};

const broken = (fault: unknown, request: HttpRequest): HttpResponse => {
  if (fault instanceof SecretNotConfigured) {
    log.error("secret.not_configured", {}, fault);
    return toResponse(problem("daraja_not_configured"), request.requestId, env.docsBaseUrl());
  }
  log.error("request.fault", {}, fault);
  return toResponse(problem("internal_error"), request.requestId, env.docsBaseUrl());
};

/** The handler of a function of the storefront's door. */
export const overApi = (mounted: readonly Mounted[]): HttpHandler =>
  overHttp({ allowedOrigins: env.allowedOrigins, begin, broken })(serve(mounted, env.docsBaseUrl));

/** The handler of a function of Safaricom's door: no browser comes here, and a fault asks to be called again. */
export const overCallbacks = (answer: (request: HttpRequest) => Promise<HttpResponse>): HttpHandler =>
  overHttp({
    allowedOrigins: () => [],
    begin,
    broken: (fault) => {
      log.error("callback.not_stored", {}, fault);
      count("CallbackNotStored");
      return { status: 503, body: null };
    },
  })(answer);

/** The handler of the authoriser. */
export const overAuthoriser = /* @__PURE__ */ asTokenAuthoriser(beginPlain);

/** The handler of a function that a schedule starts. */
export const overSchedule = /* @__PURE__ */ onSchedule(beginPlain);

/** The handler of a function that Secrets Manager calls. */
export const overRotation = /* @__PURE__ */ onRotation(beginPlain);

/** The handler of a function that reads the ledger's stream. */
export const overStream = /* @__PURE__ */ onStream(beginPlain);

/** The handler of a function that the files bucket tells of uploads. */
export const overUploads = /* @__PURE__ */ onUploads(beginPlain);

/** The handler of a function that works off the queue at `url`. */
export const overQueue = (url: () => string) =>
  onMessages({
    begin: beginPlain,
    hurry: createHurry({ sqs, url }),
    onUnreadable: (message) => log.error("message.unreadable", { message }),
    onFault: (fault) => log.error("message.failed", {}, fault),
  });

/** Answers a repeated request with what the first was answered. */
export const replay = (): Replay =>
  createReplay({
    table: env.idempotencyTable,
    client: dynamo,
    context: () => invocation,
    down: (fault) => log.warn("replay.cache_down", { fault: fault instanceof Error ? fault.name : "unknown" }),
  });
