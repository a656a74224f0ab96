/**
 * Asking M-PESA's books about a receipt: what leaves by the payouts' lane, and the door that the answer comes to, put together
 * as functions/wiring-payouts.ts and functions/callbacks/results.lambda.ts put them together. What must stay true: nothing here
 * decides anything; these worlds pay nobody out, and what could is there all the same.
 */
import { takeResult } from "../../../functions/callbacks/results.ts";
import { checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { initiatorFingerprint } from "../../../functions/daraja/security-credential.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import type { Dynamo } from "../../../functions/store/client.ts";
import { createLaneLedger } from "../../../functions/store/dynamo-lanes.ts";
import { sandboxInitiator } from "../../../sandbox/daraja/core/initiators.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { SIGNING_SECRET, credentials, isSafaricom } from "../payments/gateway.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { vault } from "../payments/phones.ts";
import { shortcodes, toldHoldings } from "../payments/told-gateway.ts";
import type { Outside as PayoutsOutside } from "../payouts/holdings.ts";
import { partsOf } from "../payouts/parts.ts";
import { NONE } from "../payouts/planted.ts";
import { createSecret } from "../payouts/safaricom.ts";
import type { BareWorld } from "../payments/bare-world.ts";
import type { Outside } from "./outside.ts";

/** What Safaricom grants; nothing is paid out. */
const PER_SECOND = 10;

const secret = createSecret(sandboxInitiator.password);

const asPayouts = (outside: Outside): PayoutsOutside => ({
  ...outside,
  secret: secret.get,
  perSecond: PER_SECOND,
  planted: NONE,
  watching: (gate) => gate,
});

/** M-PESA has accepted the operator's password before the world begins. */
export const proveOperator = async ({ engine, time }: Pick<BareWorld, "engine" | "time">): Promise<void> => {
  const dynamo = {
    send: (command: unknown) => Promise.resolve(engine.execute(command)),
  } as unknown as Dynamo;
  const patience = { wait: time.wait, random: () => 0 };
  const lanes = createLaneLedger({
    dynamo,
    tables: TABLE_NAMES,
    vault,
    clock: time,
    newToken: () => "",
    ...patience,
  });
  const lane = await lanes.lane(credentials.shortcode);
  await lanes.changeLane(lane, {
    ...lane,
    provenFor: initiatorFingerprint(secret.get()),
  });
};

/** What asks about payouts, refunds and receipts in one process. */
export const askingParts = (outside: Outside, surroundings: Surroundings) => partsOf(asPayouts(outside), surroundings);

/** POST /callbacks/v1/{kind}/{id}/{token}. */
export const resultsProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { held, ...parts } = askingParts(outside, surroundings);
  return takeResult({
    ...held,
    ...parts,
    ledger: held.payments,
    recordRefund: parts.recordOfRefund,
    change: parts.changeOfLane,
    checkToken: ({ kind, id, token }) =>
      Promise.resolve(checkCallbackToken({ kind, id, token, secrets: [SIGNING_SECRET] })),
    recordTold: recordTold(toldHoldings(outside, surroundings).recording),
    shortcodes,
    isSafaricom,
    onUnlistedCode: () => undefined,
  });
};
