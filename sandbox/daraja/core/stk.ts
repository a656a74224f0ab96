/**
 * M-PESA Express: the push that asks a phone for a PIN, and the query that asks how it ended. Accepting a push says
 * nothing about money; only a ResultCode does.
 */
import { badTokenReading } from "./bad-tokens.ts";
import { textOf, type Call, type Endpoint } from "./endpoint.ts";
import { jsonAnswer, type Outcome } from "./exchange.ts";
import type { CallbackPlan, Fault, Subject } from "./faults.ts";
import { payerOf } from "./payers.ts";
import type { Push } from "./push.ts";
import {
  apigeeSpikeArrest,
  internalError,
  invalidField,
  spikeArrest,
  subscriberLocked,
  transactionDoesNotExist,
  transactionInProcess,
} from "./refusals.ts";
import { checkPush, checkQuery } from "./stk-checks.ts";
import type { World } from "./world.ts";

const ACCEPTED = "Success. Request accepted for processing";
/** How long a query may come too early, with `early_query: "invalid"`. */
const EARLY_MS = 1000;

const paymentKey = (msisdn: string | undefined, reference: string | undefined): string =>
  `${msisdn ?? ""} ${reference ?? ""}`;

const referencesIn = (reference: string | undefined): string[] => (reference === undefined ? [] : [reference]);

const pushFaults =
  (world: World) =>
  ({ msisdn, references }: Subject): Fault[] => {
    const payer = payerOf(msisdn ?? "");
    const faults = payer?.fault === undefined ? [] : [payer.fault];
    return payer?.firstSubmitFault !== undefined && world.firstSubmits.isFirst(paymentKey(msisdn, references[0]))
      ? [...faults, payer.firstSubmitFault]
      : faults;
  };

const isLocked = (world: World, msisdn: string): boolean => {
  const payer = payerOf(msisdn);
  if (payer?.locked) return true;
  const { subscriber_lock: lock } = world.switches();
  const locks = lock === "all" || (lock === "ordinary" && payer === undefined);
  return locks && world.register.hasOpenPrompt(msisdn);
};

const submit = async (world: World, call: Call, plan: CallbackPlan): Promise<Outcome> => {
  const checked = checkPush(world, call);
  if (!checked.ok) return checked.outcome;
  const order = checked.value;
  if (isLocked(world, order.msisdn)) return subscriberLocked(call.requestId);
  world.firstSubmits.taken(paymentKey(order.msisdn, order.reference));
  const { push, told } = world.pushes.take(order, plan);
  if (plan.before_answer) await Promise.race([told, world.stopped]);
  return jsonAnswer(200, {
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.checkoutRequestId,
    ResponseCode: "0",
    ResponseDescription: ACCEPTED,
    CustomerMessage: ACCEPTED,
  });
};

const queryAnswer = (push: Push, code: string, text: string): Outcome =>
  jsonAnswer(200, {
    ResponseCode: "0",
    ResponseDescription: "The service request has been accepted successsfully",
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.checkoutRequestId,
    ResultCode: code,
    ResultDesc: text,
  });

const query = (world: World, call: Call): Outcome => {
  const checked = checkQuery(world, call);
  if (!checked.ok) return checked.outcome;
  const { checkoutRequestId, shortcode } = checked.value;
  const switches = world.switches();
  const push = world.register.find(checkoutRequestId);
  if (push?.shortcode !== shortcode) return transactionDoesNotExist(call.requestId);
  if (switches.query_error_rate > 0 && world.random() < switches.query_error_rate) return internalError(call.requestId);
  const early = world.clock.now() - push.takenAtMs < EARLY_MS * switches.time_scale;
  if (early && switches.early_query === "invalid") return invalidField("CheckoutRequestID")(call.requestId);
  if (push.result !== null) return queryAnswer(push, push.result.code, push.result.queryText);
  return switches.in_flight_query === "error_500"
    ? transactionInProcess(push.checkoutRequestId)
    : queryAnswer(push, "4999", "The transaction is still under processing");
};

/** The STK endpoints. */
export const stkEndpoints = (world: World): Endpoint[] => {
  const badToken = badTokenReading(world.switches, "stk");
  return [
    {
      method: "POST",
      path: "/mpesa/stkpush/v1/processrequest",
      badToken,
      lane: { name: "stk_push", shortcodeField: "BusinessShortCode", refuse: spikeArrest },
      subject: (fields) => ({
        msisdn: textOf(fields["PhoneNumber"]),
        references: referencesIn(textOf(fields["AccountReference"])),
      }),
      callsBack: "always",
      faults: pushFaults(world),
      execute: (call, plan) => submit(world, call, plan),
    },
    {
      method: "POST",
      path: "/mpesa/stkpushquery/v1/query",
      badToken,
      lane: {
        name: "stk_query",
        shortcodeField: "BusinessShortCode",
        refuse: (requestId) => {
          const limit = world.switches().limits.stk_query;
          return limit === null ? spikeArrest(requestId) : apigeeSpikeArrest(limit);
        },
      },
      subject: (fields) => {
        const push = world.register.find(textOf(fields["CheckoutRequestID"]) ?? "");
        return { msisdn: push?.msisdn, references: referencesIn(push?.reference) };
      },
      execute: (call) => query(world, call),
    },
  ];
};
