/**
 * The synchronous answer of every product that ends in a Result: the request was taken, and nothing is known yet.
 */
import { jsonAnswer, type Outcome } from "./exchange.ts";

export const acceptedAnswer = (ids: {
  readonly conversationId: string;
  readonly originatorConversationId: string;
}): Outcome =>
  jsonAnswer(200, {
    ConversationID: ids.conversationId,
    OriginatorConversationID: ids.originatorConversationId,
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
  });
