/**
 * Every way the gateway says no, with the status, code and words Safaricom uses. Clients branch on these, so the
 * spelling is part of the contract. `requestId` names the request in Safaricom's logs.
 */
import { htmlAnswer, jsonAnswer, type Answer } from "./exchange.ts";
import type { Limit } from "./switches.ts";

/** `{requestId, errorCode, errorMessage}`, the body of nearly every error. */
export const refusal =
  (status: number, errorCode: string, errorMessage: string) =>
  (requestId: string): Answer =>
    jsonAnswer(status, { requestId, errorCode, errorMessage });

export type Refusal = ReturnType<typeof refusal>;

/** A 404 whose status line reads `404 Resource not found`, as the gateway writes it. */
const notFound =
  (errorCode: string, errorMessage: string): Refusal =>
  (requestId) => ({
    ...jsonAnswer(404, { requestId, errorCode, errorMessage }),
    reason: "Resource not found",
  });

/** `400.002.02 Bad Request - Invalid <Field>`. */
export const invalidField = (field: string): Refusal => refusal(400, "400.002.02", `Bad Request - Invalid ${field}`);

export const invalidPayload = refusal(400, "400.002.05", "Invalid Request Payload");
export const invalidAuthenticationType = refusal(400, "400.008.01", "Invalid Authentication passed");
export const invalidGrantType = refusal(400, "400.008.02", "Invalid grant type passed");
export const invalidAuthenticationHeader = notFound("404.001.04", "Invalid Authentication Header");
export const resourceNotFound = notFound("404.001.01", "Resource not found");
export const methodNotAllowed = (method: string): Refusal => refusal(405, "405.001", `${method} Method Not Allowed`);

export const merchantDoesNotExist = refusal(500, "500.001.1001", "Merchant does not exist");
export const wrongCredentials = refusal(500, "500.001.1001", "Wrong credentials");
export const subscriberLocked = refusal(
  500,
  "500.001.1001",
  "Unable to lock subscriber, a transaction is already in process for the current subscriber",
);
export const transactionInProcess = refusal(500, "500.001.1001", "The transaction is being processed");
export const transactionDoesNotExist = refusal(500, "500.001.1001", "The transaction does not Exist");
export const urlsAlreadyRegistered = refusal(500, "500.003.1001", "Urls are already registered.");
export const invalidShortCode = refusal(400, "400.001", "Invalid ShortCode");
export const internalError = refusal(500, "500.001.1001", "Internal Server Error");
export const duplicateConversation = refusal(500, "500.002.1001", "Duplicate OriginatorConversationID.");
export const systemBusy = refusal(500, "500.003.02", "System is busy. Please try again in few minutes.");
export const spikeArrest = refusal(500, "500.003.02", "Error Occurred: Spike Arrest Violation");

/** A bad token, in the words of one product. A 404 keeps the gateway's own status line. */
export const badToken = (reading: { status: number; error_code: string; error_message: string }): Refusal =>
  reading.status === 404
    ? notFound(reading.error_code, reading.error_message)
    : refusal(reading.status, reading.error_code, reading.error_message);

/** A wrong consumer key or secret: 400 and not one byte of explanation. */
export const wrongConsumerKey: Answer = {
  kind: "answer",
  status: 400,
  headers: { "cache-control": "no-store" },
  body: "",
};

/** The rate limiter in front of the STK query, in the shape of an Apigee fault. */
export const apigeeSpikeArrest = (limit: Limit): Answer =>
  jsonAnswer(429, {
    fault: {
      faultstring:
        `Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=${limit.allowed}, ` +
        `periodInMicroseconds=${limit.period_seconds * 1_000_000}, maxBurstMessageCount=${(limit.burst ?? 1).toFixed(1)}}`,
      detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
    },
  });

/** The page of the firewall in front of Daraja. */
export const firewallPage = (incident: string): Answer =>
  htmlAnswer(
    503,
    '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head>' +
      `<body style="margin:0px;height:100%">Request unsuccessful. Incapsula incident ID: ${incident}</body></html>`,
  );
