/**
 * Every function of the gateway, under the name that it has in an account: a function whose construct is called otherwise is
 * another function there, with a log of its own.
 */
import type { Construct } from "constructs";
import { FUNCTIONS } from "../functions.ts";
import type { FunctionName } from "../functions.ts";
import type { Stage } from "../stage.ts";
import { GatewayFunction } from "./gateway-function.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { Releases } from "./releases.ts";

export type GatewayFunctions = Readonly<Record<FunctionName, GatewayFunction>>;

export const gatewayFunctions = (scope: Construct, stage: Stage, alarms: AlarmTarget): GatewayFunctions => {
  const releases = new Releases(scope, "Releases", { stage });
  const make = (functionName: FunctionName, id: string): GatewayFunction =>
    new GatewayFunction(scope, id, { functionName, stage, spec: FUNCTIONS[functionName], alarms, releases });
  return {
    "start-payment": make("start-payment", "StartPayment"),
    "read-payments": make("read-payments", "ReadPayments"),
    "verify-payment": make("verify-payment", "VerifyPayment"),
    audit: make("audit", "Audit"),
    "work-exceptions": make("work-exceptions", "WorkExceptions"),
    meta: make("meta", "Meta"),
    "check-health": make("check-health", "CheckHealth"),
    authorise: make("authorise", "Authorise"),
    "stk-callback": make("stk-callback", "StkCallback"),
    "validate-payment": make("validate-payment", "ValidatePayment"),
    "confirm-payment": make("confirm-payment", "ConfirmPayment"),
    "route-payment": make("route-payment", "RoutePayment"),
    "checkout-sessions": make("checkout-sessions", "CheckoutSessions"),
    "pay-checkout": make("pay-checkout", "PayCheckout"),
    live: make("live", "Live"),
    sweep: make("sweep", "Sweep"),
    pull: make("pull", "Pull"),
    "start-payout": make("start-payout", "StartPayout"),
    "read-payouts": make("read-payouts", "ReadPayouts"),
    "start-batch": make("start-batch", "StartBatch"),
    "steer-batch": make("steer-batch", "SteerBatch"),
    results: make("results", "Results"),
    "dispatch-payouts": make("dispatch-payouts", "DispatchPayouts"),
    "tend-batch": make("tend-batch", "TendBatch"),
    "import-batch": make("import-batch", "ImportBatch"),
    "sweep-payouts": make("sweep-payouts", "SweepPayouts"),
    "start-refund": make("start-refund", "StartRefund"),
    "read-refunds": make("read-refunds", "ReadRefunds"),
    archive: make("archive", "ArchiveEntries"),
    "daily-root": make("daily-root", "DailyRoot"),
    statements: make("statements", "Statements"),
    "import-statement": make("import-statement", "ImportStatement"),
    reconciliations: make("reconciliations", "Reconciliations"),
    "begin-days": make("begin-days", "BeginDays"),
    "close-day": make("close-day", "CloseDay"),
    notify: make("notify", "Notify"),
    "deliver-webhooks": make("deliver-webhooks", "DeliverWebhooks"),
    webhooks: make("webhooks", "ManageWebhooks"),
    "rotate-secret": make("rotate-secret", "RotateSecret"),
  };
};
