/** A payout client of a server whose answers are made to order. */
import type { ServerResponse } from "node:http";
import { createPayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import type { PayoutDarajaDeps } from "../../../functions/daraja/payout-client.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { createCredentialReader } from "../../../sandbox/daraja/core/security-credential.ts";
import { clientRig } from "./client-rig.ts";
import { json } from "./loopback.ts";

export const ID = "pyo_0123456789abcdfghijknpqrst";
export const PAYOUT = {
  payoutId: ID,
  amount: shillings(1500),
  phone: Msisdn.parse("254705912645"),
  kind: "salary",
  remarks: "November salary",
  occasion: "INV-1001",
} as const;
export const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";

export const accepted = (response: ServerResponse) =>
  json(response, 200, { ConversationID: CONVERSATION, OriginatorConversationID: ID, ResponseCode: "0" });
export const error = (status: number, errorCode: string, errorMessage: string) => (response: ServerResponse) =>
  json(response, status, { requestId: "r", errorCode, errorMessage });
export const spike = error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
export const busy = error(500, "500.003.02", "System is busy. Please try again in few minutes.");
export const duplicate = error(500, "500.002.1001", "Duplicate OriginatorConversationID.");
/** As B2C says it, the token repeated. */
export const deadToken = (response: ServerResponse) => {
  const { authorization = "" } = response.req.headers;
  const token = authorization.replace("Bearer ", "");
  error(401, "401.002.01", `Error Occurred - Invalid Access Token - ${token}`)(response);
};

/** A payout client of a server that gives `answers` in turn, the last one for ever. */
export const setUp = async (
  answers: ((response: ServerResponse) => void)[],
  changes: Partial<PayoutDarajaDeps> = {},
) => {
  const { deps, ...rig } = await clientRig(answers);
  const time = { payout: deps.time, ask: deps.time };
  return { daraja: createPayoutDaraja({ ...deps, time, ...changes }), ...rig };
};

/** The password inside a request. */
export const readCredential = (body: Record<string, string> | undefined) =>
  createCredentialReader()(body?.["SecurityCredential"] ?? "");
