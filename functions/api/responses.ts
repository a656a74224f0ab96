/**
 * The shapes that leave by the storefront's door. They describe and type the answers; no function builds them to answer,
 * only the OpenAPI document does, so a cold start never pays for them.
 */
import * as z from "zod";
import { READINGS } from "../domain/audit-question.ts";
import type { Operation } from "./contract.ts";
import { dossierShape } from "./responses-dossier.ts";
import { ExceptionList, WorkedException } from "./responses-exceptions.ts";
import { CheckoutSessionResource, StartedCheckout } from "./responses-checkout.ts";
import { Health, HealthReport } from "./responses-health.ts";
import { Time, page } from "./responses-page.ts";
import { PaymentResource } from "./responses-payment.ts";
import {
  BalanceQuestion,
  BalanceResource,
  BatchList,
  BatchResource,
  FILE_REASONS,
  LaneResource,
  PayoutList,
  PayoutResource,
  RejectedRow,
  StartedBatch,
} from "./responses-payouts.ts";
import { StartedStatement, StatementList, WholeStatement } from "./responses-statements.ts";
import { ClosingDay, ReconciliationMonth, WholeReconciliation } from "./responses-reconciliations.ts";
import { RefundList, RefundResource } from "./responses-refunds.ts";
import { Chain, KeptEntry, TimelineEntry } from "./responses-timeline.ts";
import {
  DeletedWebhookEndpoint,
  WebhookDeliveryList,
  WebhookDeliveryResource,
  WebhookEndpointList,
  WebhookEndpointResource,
  WebhookEndpointWithSecrets,
  WebhookRedelivery,
} from "./responses-webhooks.ts";

export const StartedPayment = PaymentResource.extend({
  client_token: z
    .string()
    .meta({ description: "Lets a browser read this one payment for a while; safe to hand to the payer's page." }),
  checkout_url: z
    .string()
    .nullable()
    .meta({
      description:
        "A page for the payer: what to do on the phone, and how it ended. Null while the stage has no checkout page. What stands behind the `#` is the client token and reaches no server.",
      examples: ["https://pay.duka.co.ke/checkout/pay_4k9qdz1n7ah0xv3rw8gtb2jcf5#ct_..."],
    }),
}).meta({ id: "StartedPayment" });
export type StartedPayment = z.infer<typeof StartedPayment>;

const PaymentList = page(PaymentResource).meta({ id: "PaymentList" });

export const Timeline = z
  .object({
    object: z.literal("timeline"),
    transaction: z.discriminatedUnion("object", [PaymentResource, PayoutResource, BatchResource, RefundResource]),
    chain: Chain,
    data: z.array(TimelineEntry),
    exceptions: z
      .array(WorkedException)
      .meta({ description: "What a person should look at, or has looked at; the oldest first." }),
    kept: z.array(KeptEntry).meta({
      description:
        "Messages that changed nothing, kept all the same; the first 50. Only a single transaction's history has them.",
    }),
  })
  .meta({ id: "Timeline" });
export type Timeline = z.infer<typeof Timeline>;

const Dossier = dossierShape(Timeline);
export type Dossier = z.infer<typeof Dossier>;

const AuditAnswer = z
  .object({
    object: z.literal("list"),
    read_as: z
      .enum(READINGS)
      .nullable()
      .meta({ description: "The reading of `q` that found them; null when nothing was found." }),
    data: z.array(Timeline),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "AuditAnswer" });

const Csv = z.string().meta({ description: "UTF-8 with a byte order mark, CRLF, quoted as in RFC 4180." });
/** A 303 has its address and no body. */
const NoBody = z.null();
const OpenApiDocument = z.looseObject({ openapi: z.string() });

/** What every mistake looks like (RFC 9457). */
export const ProblemDocument = z
  .object({
    type: z.string().meta({ description: "A page that explains this problem." }),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    payment_id: z.string().optional(),
    payout_id: z.string().optional(),
    batch_id: z.string().optional(),
    refund_id: z.string().optional(),
    checkout_session_id: z.string().optional(),
    retry_at: Time.optional(),
    reason: z.enum(FILE_REASONS).optional().meta({ description: "Of a refused file: what is wrong with it." }),
    line: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "Of a refused file: the line, from 1, where one can be named." }),
    rejected: z
      .array(RejectedRow)
      .optional()
      .meta({ description: "Of a batch: the first 100 rows that can't be paid." }),
    errors: z
      .array(z.object({ pointer: z.string().meta({ description: "A JSON pointer." }), message: z.string() }))
      .optional(),
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** What each route answers when all is well. */
export const RESPONSES: Readonly<Record<Operation, z.ZodType>> = {
  startPayment: StartedPayment,
  readPayment: PaymentResource,
  listPayments: PaymentList,
  verifyPayment: PaymentResource,
  routePayment: PaymentResource,
  createCheckoutSession: StartedCheckout,
  readCheckoutSession: CheckoutSessionResource,
  payCheckoutSession: CheckoutSessionResource,
  startPayout: PayoutResource,
  readPayout: PayoutResource,
  listPayouts: PayoutList,
  cancelPayout: PayoutResource,
  startBatch: StartedBatch,
  readBatch: BatchResource,
  listBatches: BatchList,
  approveBatch: BatchResource,
  pauseBatch: BatchResource,
  resumeBatch: BatchResource,
  cancelBatch: BatchResource,
  listBatchPayouts: PayoutList,
  readBatchRows: NoBody,
  readBatchResults: Csv,
  readBatchRejected: Csv,
  readBalance: BalanceResource,
  refreshBalance: BalanceQuestion,
  readPayoutLane: LaneResource,
  haltPayoutLane: LaneResource,
  resumePayoutLane: LaneResource,
  readHistory: Timeline,
  readDossier: Dossier,
  audit: AuditAnswer,
  listExceptions: ExceptionList,
  readException: WorkedException,
  assignException: WorkedException,
  noteException: WorkedException,
  resolveException: WorkedException,
  askAboutException: WorkedException,
  listReconciliations: ReconciliationMonth,
  readReconciliation: WholeReconciliation,
  readReconciliationCsv: NoBody,
  readReconciliationWorkbook: NoBody,
  closeReconciliation: ClosingDay,
  startStatement: StartedStatement,
  readStatement: WholeStatement,
  listStatements: StatementList,
  startRefund: RefundResource,
  listRefunds: RefundList,
  readRefund: RefundResource,
  createWebhookEndpoint: WebhookEndpointWithSecrets,
  listWebhookEndpoints: WebhookEndpointList,
  readWebhookEndpoint: WebhookEndpointResource,
  changeWebhookEndpoint: WebhookEndpointResource,
  deleteWebhookEndpoint: DeletedWebhookEndpoint,
  rotateWebhookSecret: WebhookEndpointWithSecrets,
  testWebhookEndpoint: WebhookDeliveryResource,
  listWebhookDeliveries: WebhookDeliveryList,
  redeliverWebhooks: WebhookRedelivery,
  redeliverWebhook: WebhookDeliveryResource,
  health: Health,
  checkHealth: HealthReport,
  openapi: OpenApiDocument,
};
