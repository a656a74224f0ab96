/** Alarms on what the functions count themselves: events that are no fault of any one request, yet somebody must look. */
import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import type { Metric as CounterName } from "../../functions/runtime/metrics.ts";
import type { Stage } from "../stage.ts";
import { serviceName } from "./gateway-function.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/** What each counter is called, and who is hurt when it moves. */
export const COUNTERS: Readonly<Record<CounterName, { readonly name: string; readonly impact: string }>> = {
  UnclassifiedCode: {
    name: "unclassified code",
    impact: "Safaricom sent a code we don't know: the people concerned are told only that it did not work.",
  },
  ExceptionOpened: {
    name: "exception opened",
    impact:
      "Evidence disagrees with a payment, payout or batch: money may have moved that nobody expects, or the reverse.",
  },
  UnverifiedCallback: {
    name: "unverified callback",
    impact:
      "A callback with a good token came from an address that is not Safaricom's: either its list is out of date and payments and payouts are confirmed late, or somebody holds a callback address.",
  },
  CallbackNotStored: {
    name: "callback not stored",
    impact:
      "Safaricom's word on a payment or payout could not be kept and may not be sent again: it stays pending until a sweep asks.",
  },
  PaymentOverdue: {
    name: "payment overdue",
    impact:
      "Payments stayed unknown through two days of asking: customers may have paid for orders that were never confirmed.",
  },
  LedgerRewritten: {
    name: "ledger rewritten",
    impact:
      "Something on the ledger was rewritten or taken away, which Malipo never does: what it says about money may not be true.",
  },
  OperatorPasswordAgeing: {
    name: "operator password ageing",
    impact:
      "The API operator's password ends within two weeks, or nobody knows when: after that no payout and no refund leaves, and the tries may lock the operator.",
  },
  PayoutsHalted: {
    name: "payouts halted",
    impact:
      "M-PESA complained about the API operator, the float or the shortcode: no payout leaves until somebody has mended it and resumed.",
  },
  BatchWaitsForFloat: {
    name: "batch waits for float",
    impact:
      "An approved batch is larger than what the utility account has left, or M-PESA does not say what it has: nobody of it is paid until money is moved in or somebody resumes it.",
  },
  FloatLow: {
    name: "float low",
    impact:
      "The utility account runs low: batches will wait for the float, and single payouts will fail, until money is moved in.",
  },
  PullFailed: {
    name: "pull failed",
    impact:
      "M-PESA could not be asked for the payments that no callback told: customers who paid from the phone's menu may wait, and after two days only a statement tells.",
  },
  PullGap: {
    name: "pull gap",
    impact:
      "Payments were not pulled for so long that M-PESA no longer shows all of them: until a statement is imported, payments of that span may be missing from the ledger.",
  },
  PullSaysNothing: {
    name: "pull says nothing",
    impact:
      "M-PESA answers that there were no payments, and there were: what no callback told is not found, and customers who paid may wait.",
  },
  RefundOverdue: {
    name: "refund overdue",
    impact:
      "Refunds stayed unknown through all our asking: customers may have got their money back, or not, and nobody can say until somebody looks.",
  },
  WebhookEndpointDisabled: {
    name: "webhook endpoint disabled",
    impact:
      "A storefront's webhook endpoint was disabled: its shop hears of no more payments until its owner enables it again.",
  },
  PayoutOverdue: {
    name: "payout overdue",
    impact:
      "Payouts stayed unknown through all our asking: people may have been paid, or not, and nobody can say until somebody looks.",
  },
};

/** One alarm for each counter of the stage. */
export const alarmOnCounters = (scope: Construct, stage: Stage, target: AlarmTarget): void => {
  for (const [metricName, { name, impact }] of Object.entries(COUNTERS)) {
    new ImpactAlarm(scope, metricName, {
      name,
      impact,
      target,
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName,
        dimensionsMap: { service: serviceName(stage) },
        statistic: "Sum",
        period: Duration.minutes(5),
      }),
    });
  }
};
