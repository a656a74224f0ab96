/**
 * The `Result` envelope that M-PESA posts to ResultURL, the same for payouts, statuses and balances. It is written by
 * hand where JSON.stringify would change it: `8959269.60` keeps its cents, and an item may have a key and no value.
 * A failure is the same envelope without ResultParameters.
 *
 * Shapes: as in `callback-body.ts`, with `ResultParameter` in place of `Item`.
 */
import type { CallbackPlan } from "./faults.ts";
import type { MpesaResult } from "./mpesa-results.ts";

/** A key and its value as JSON text; no value when M-PESA leaves it out. */
export type Parameter = readonly [key: string, json?: string];

export type Envelope = {
  readonly result: MpesaResult;
  readonly originatorConversationId: string;
  readonly conversationId: string;
  /** The receipt, or what stands in for one. */
  readonly transactionId: string;
  /** Sent with ResultCode 0 alone. */
  readonly parameters: readonly Parameter[];
  /** The one that `single_item` sends alone. */
  readonly chief: string;
  readonly reference: Parameter;
  /** Some products write ResultType and ResultCode as strings. */
  readonly codesAsText?: true;
};

export const text = (value: string): string => JSON.stringify(value);

const itemJson = ([key, json]: Parameter): string =>
  json === undefined ? `{"Key":${text(key)}}` : `{"Key":${text(key)},"Value":${json}}`;

const listJson = (items: readonly Parameter[]): string => `[${items.map(itemJson).join(",")}]`;

const positionsJson = (items: readonly Parameter[]): string =>
  `{${items.map((item, index) => `"${index}":${itemJson(item)}`).join(",")}}`;

const codeJson = (code: number | string, asText: boolean): string =>
  !asText && /^\d{1,15}$/.test(String(code)) ? String(code) : text(String(code));

type Form = { readonly code: number | string; readonly asText: boolean; readonly parameters: string | null };

const bodyWith = (envelope: Envelope, plan: CallbackPlan, { code, asText, parameters }: Form): string =>
  `{"Result":{"ResultType":${codeJson(0, asText)},"ResultCode":${codeJson(code, asText)},` +
  `"ResultDesc":${text(envelope.result.text)},` +
  `"OriginatorConversationID":${text(plan.originator_conversation_id ?? envelope.originatorConversationId)},` +
  `"ConversationID":${text(plan.conversation_id ?? envelope.conversationId)},` +
  `"TransactionID":${text(plan.receipt ?? envelope.transactionId)},` +
  (parameters === null ? "" : `"ResultParameters":{"ResultParameter":${parameters}},`) +
  `"ReferenceData":{"ReferenceItem":${itemJson(envelope.reference)}}}}`;

/** The bodies to send for one result, in order, with what the plan lies about; copies come on top. */
export const resultBodies = (envelope: Envelope, plan: CallbackPlan): string[] => {
  const code = plan.result_code ?? envelope.result.code;
  const { shape = "usual" } = plan;
  const asText = shape === "odd" || envelope.codesAsText === true;
  const withList = (parameters: string | null): string => bodyWith(envelope, plan, { code, asText, parameters });
  if (String(code) !== "0") return [withList(null)];
  const alone = envelope.parameters.filter(([key]) => key === envelope.chief).map(itemJson);
  switch (shape) {
    case "usual":
      return [withList(listJson(envelope.parameters))];
    case "single_item":
      return alone.map(withList);
    case "items_by_position":
      return [withList(positionsJson(envelope.parameters))];
    case "odd":
      return [...alone, listJson(envelope.parameters.toReversed())].map(withList);
  }
};
