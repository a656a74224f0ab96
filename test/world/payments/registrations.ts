/** What an organisation tells M-PESA once, before its first payment: where to confirm payments, and that it pulls. */
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { credentials } from "./gateway.ts";
import { confirmationUrl, validationUrl } from "./told-gateway.ts";

const request = async (
  simulator: Simulator,
  {
    path,
    authorization,
    body,
  }: { readonly path: string; readonly authorization: string; readonly body: object | null },
): Promise<string> => {
  const outcome = await simulator.handle({
    method: body === null ? "GET" : "POST",
    path,
    headers: { authorization, "content-type": "application/json" },
    body: body === null ? "" : JSON.stringify(body),
    remoteAddress: "127.0.0.1",
  });
  if (outcome.kind !== "answer" || outcome.status !== 200) throw new Error(`the simulator did not take ${path}`);
  return outcome.body;
};

/** Registers for pulls, and for confirmations where the world has them. */
export const register = async (simulator: Simulator, { confirms }: { readonly confirms: boolean }): Promise<void> => {
  const { consumerKey, consumerSecret, shortcode } = credentials;
  const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64");
  const path = "/oauth/v1/generate?grant_type=client_credentials";
  const answer = await request(simulator, { path, authorization: `Basic ${basic}`, body: null });
  const authorization = `Bearer ${(JSON.parse(answer) as { access_token: string }).access_token}`;
  await request(simulator, {
    path: "/pulltransactions/v1/register",
    authorization,
    body: {
      ShortCode: shortcode,
      RequestType: "Pull",
      NominatedNumber: "0722000000",
      CallBackURL: confirmationUrl.replace("c2b-confirmation", "pull"),
    },
  });
  if (!confirms) return;
  await request(simulator, {
    path: "/mpesa/c2b/v2/registerurl",
    authorization,
    body: {
      ShortCode: shortcode,
      ResponseType: "Completed",
      ConfirmationURL: confirmationUrl,
      ValidationURL: validationUrl,
    },
  });
};
