/**
 * What a client is made of that somebody waits in front of, such as an operator's command: a call or two and no more, so
 * it takes no turn among a stage's calls. What must stay true: its token is the one that the stage's functions share,
 * because a token fetched beside it may kill theirs.
 */
import type { ClientDeps } from "./client-call.ts";
import { DARAJA } from "./environment.ts";
import { createTokenFetcher } from "./oauth.ts";
import { createTokenSource } from "./token-source.ts";
import type { SharedToken } from "./token.ts";

export interface AttendedDeps extends Omit<ClientDeps, "token" | "slots" | "suspicion"> {
  readonly shared: SharedToken;
}

export const attendedClient = ({ shared, ...deps }: AttendedDeps): ClientDeps => {
  const { environment, credentials, fetch, clock, wait, random, log } = deps;
  const baseUrl = deps.baseUrl ?? DARAJA[environment].baseUrl;
  const fetchToken = createTokenFetcher({ baseUrl, credentials, fetch, clock });
  return {
    ...deps,
    token: createTokenSource({ shared, fetchToken, clock, wait, random, log }),
    slots: { take: () => Promise.resolve("go"), throttled: () => Promise.resolve() },
  };
};
