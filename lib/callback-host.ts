/**
 * Where Daraja calls back, decided and checked before anything is deployed: a host that Daraja refuses would cost every
 * payment of the stage, and it would show only when the first customer tries to pay.
 */
import { checkCallbackUrl } from "../functions/daraja/callback-url.ts";
import { StageRefused } from "./stages.ts";
import type { Stage } from "./stage.ts";

/** The shape of every host that API Gateway gives by default. */
const DEFAULT_HOST = "https://api-id.execute-api.eu-west-1.amazonaws.com";

/**
 * @throws StageRefused when Daraja would refuse the stage's callback address. Safaricom's sandbox takes API Gateway's
 * default host for pushes, so a sandbox stage without a domain of its own passes.
 */
export const requireUsableCallbackHost = (stage: Stage): void => {
  const domain = stage.callbackDomain;
  if (domain === null && stage.darajaEnvironment === "sandbox") return;
  const url = domain === null ? DEFAULT_HOST : `https://${domain.name}`;
  const verdict = checkCallbackUrl(url, stage.darajaEnvironment);
  if (verdict.ok) return;
  throw new StageRefused(
    domain === null
      ? `The stage ${stage.name} can't be built without a domain for callbacks. API Gateway would give them an address such as ${url}, which can't be used: ${verdict.because}. Pass -c callbackDomain=... -c certificateArn=...`
      : `The callback domain ${domain.name} can't be used: ${verdict.because}. Pass another with -c callbackDomain=...`,
  );
};

/** An API that Malipo serves needs its address to be stable too: production storefronts are not moved when a stack is. */
export const requireApiDomain = (stage: Stage): void => {
  if (stage.darajaEnvironment === "production" && stage.apiDomain === null) {
    throw new StageRefused(
      `The stage ${stage.name} needs a domain of its own for storefronts, so that their address outlives the stack. Pass -c apiDomain=... -c certificateArn=...`,
    );
  }
};
