/**
 * `GET /oauth/v1/generate`: a token for a consumer key and secret. A wrong key gets 400 and an empty body, which is all
 * Safaricom says.
 */
import { timingSafeEqual } from "node:crypto";
import type { Call, Endpoint } from "./endpoint.ts";
import { jsonAnswer, type Outcome } from "./exchange.ts";
import { invalidAuthenticationType, invalidGrantType, wrongConsumerKey } from "./refusals.ts";
import type { World } from "./world.ts";

const isConsumer = (encoded: string, consumer: { key: string; secret: string }): boolean => {
  const given = Buffer.from(encoded, "base64");
  const expected = Buffer.from(`${consumer.key}:${consumer.secret}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const generate = (world: World, call: Call): Outcome => {
  world.metrics.count("oauth_requests");
  const basic = /^Basic\s+(\S+)$/i.exec(call.headers["authorization"] ?? "")?.[1];
  if (basic === undefined) return invalidAuthenticationType(call.requestId);
  if (call.query.get("grant_type") !== "client_credentials") return invalidGrantType(call.requestId);
  if (!isConsumer(basic, world.consumer)) return wrongConsumerKey;
  world.metrics.count("tokens_issued");
  const switches = world.switches();
  return jsonAnswer(200, {
    access_token: world.tokens.issue(switches),
    expires_in: String(switches.token_lifetime_seconds - 1),
  });
};

/** The one endpoint without a token. */
export const oauthEndpoints = (world: World): Endpoint[] => [
  { method: "GET", path: "/oauth/v1/generate", badToken: null, execute: (call) => generate(world, call) },
];
