/** The composition root of payers' sockets: see wiring.ts, on which it stands. */
import type { Context } from "aws-lambda";
import { readClientToken } from "./api/client-token.ts";
import { paymentView } from "./api/payment-view.ts";
import { Signing } from "./domain/rotating.ts";
import type { Payment } from "./domain/payment.ts";
import { TRY_AGAIN, sayPayment } from "./live/messages.ts";
import { createPush } from "./live/push.ts";
import type { Later } from "./live/within.ts";
import { env } from "./runtime/env.ts";
import { lazy } from "./runtime/lazy.ts";
import { beginLog } from "./runtime/logger.ts";
import { secret } from "./runtime/secrets.ts";
import { createSendToSocket, createSocketClient, onSocket } from "./runtime/sockets.ts";
import { createSocketBook } from "./store/dynamo-sockets.ts";
import { clock, coordination, log } from "./wiring.ts";

/** How old a cached secret may be when a token does not fit it: a bound on look-ups that strangers can cause. */
const ROTATION_NOTICE_MS = 5_000;

export const say = /* @__PURE__ */ sayPayment(paymentView);
export const sockets = /* @__PURE__ */ lazy(() => createSocketBook(coordination()));

const signing = /* @__PURE__ */ lazy(() => secret({ arn: env.signingSecret, schema: Signing, clock }));

/** What a client token is about. One that no known secret made is looked at again: the secret may have rotated this minute. */
export const subjectOf = async (token: string): Promise<string | null> => {
  const read = async (maxAgeMs?: number): Promise<string | null> =>
    readClientToken(token, clock.now(), await signing()(maxAgeMs));
  return (await read()) ?? (await read(ROTATION_NOTICE_MS));
};

/** The handler of the function behind the WebSocket API. */
export const overSocket = /* @__PURE__ */ onSocket({
  begin: (context: Context) => beginLog(context, {}),
  broken: (fault, { happened }) => {
    log.error("live.fault", { happened }, fault);
    return { status: happened === "said" ? 200 : 500, text: happened === "said" ? TRY_AGAIN : null };
  },
});

const client = /* @__PURE__ */ lazy(() => createSocketClient(env.socketEndpoint()));

const later: Later = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

const push = /* @__PURE__ */ lazy(() =>
  createPush({ sockets: sockets(), send: createSendToSocket(client), say, log, later }),
);

/** Tells everybody who watches it how a payment stands now. Never rejects. */
export const pushLive = (payment: Payment): Promise<void> => push()(payment);
