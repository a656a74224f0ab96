/** What any client of Daraja needs, with a server whose answers are made to order; time stands still unless it waits. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { httpServer } from "./loopback.ts";

export const PASSWORD = "Safaricom999!*!";
const CERTIFICATE = readFileSync(
  new URL("../../../sandbox/daraja/certificate/certificate.pem", import.meta.url),
  "utf8",
);
export const secret = {
  consumer_key: "key",
  consumer_secret: "hush",
  shortcode: "600992",
  passkey: "passkey-of-the-shortcode",
  transaction_type: "CustomerPayBillOnline",
  initiator_name: "testapi",
  initiator_password: PASSWORD,
  initiator_certificate: CERTIFICATE,
};
export const credentials = Credentials.parse(secret);

/** `answers` are given in turn, the last one for ever. */
export const clientRig = async (answers: ((response: ServerResponse) => void)[], changes: Partial<ClientDeps> = {}) => {
  let next = 0;
  const { url, heard } = await httpServer((_, response) => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    answer(response);
  });
  const seen = { now: 0, taken: [] as string[], throttled: [] as string[], logs: [] as unknown[] };
  const deps: ClientDeps & { readonly time: { attemptMs: number; totalMs: number } } = {
    environment: "production",
    baseUrl: url,
    credentials: () => Promise.resolve(credentials),
    token: { get: () => Promise.resolve("first-token"), replace: () => Promise.resolve("second-token") },
    slots: {
      take: (lane) => {
        seen.taken.push(lane);
        return Promise.resolve("go");
      },
      throttled: (lane) => {
        seen.throttled.push(lane);
        return Promise.resolve();
      },
    },
    fetch,
    clock: { now: () => seen.now },
    wait: (ms) => {
      seen.now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    callbackUrl: (kind, id) => Promise.resolve(`https://callbacks.duka.co.ke/callbacks/v1/${kind}/${id}/0123`),
    log: (code, facts) => seen.logs.push([code, facts]),
    time: { attemptMs: 500, totalMs: 10_000 },
    ...changes,
  };
  return { deps, heard, seen, bodies: () => heard.map(({ body }) => JSON.parse(body) as Record<string, string>) };
};
