/**
 * Account balance: what a shortcode's accounts hold, asynchronously, as one line of text. Accounts are joined with `&`,
 * their fields with `|`: name, currency, current, available, reserved, uncleared.
 */
import { withCents, type Funds } from "./accounts.ts";
import { acceptedAnswer } from "./accepted.ts";
import { badTokenReading } from "./bad-tokens.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import type { Outcome } from "./exchange.ts";
import type { CallbackPlan } from "./faults.ts";
import { fieldOf } from "./field-rules.ts";
import { genericReceipt } from "./ids.ts";
import type { Finding } from "./inquiries.ts";
import { checkBalance } from "./inquiry-checks.ts";
import { processed, type MpesaResult } from "./mpesa-results.ts";
import { nairobiStamp } from "./nairobi-time.ts";
import { spikeArrest } from "./refusals.ts";
import { text, type Parameter } from "./result-body.ts";
import type { World } from "./world.ts";

const REFERENCE: Parameter = [
  "QueueTimeoutURL",
  text("https://internalsandbox.safaricom.co.ke/mpesa/abresults/v1/submit"),
];

const balanceLine = ({ working, utility, chargesPaid, settlement }: Funds): string =>
  [
    ["Working Account", working],
    ["Float Account", 0],
    ["Utility Account", utility],
    ["Charges Paid Account", chargesPaid],
    ["Organization Settlement Account", settlement],
  ]
    .map(([name, cents]) => [name, "KES", withCents(Number(cents)), withCents(Number(cents)), "0.00", "0.00"].join("|"))
    .join("&");

const findBalance =
  (world: World, shortcode: string) =>
  (refusal: MpesaResult | null): Finding => {
    const now = world.clock.now();
    return {
      result: refusal ?? processed,
      transactionId: genericReceipt(now),
      parameters: [
        ["AccountBalance", text(balanceLine(world.accounts.funds(shortcode)))],
        ["BOCompletedTime", nairobiStamp(now)],
      ],
      chief: "AccountBalance",
      reference: REFERENCE,
      codesAsText: true,
    };
  };

const ask = async (world: World, call: Call, plan: CallbackPlan): Promise<Outcome> => {
  const checked = checkBalance(world, call);
  if (!checked.ok) return checked.outcome;
  const { inquiry, told } = world.inquiries.ask({
    order: checked.value,
    credential: fieldOf(call, "SecurityCredential"),
    plan,
    requestBody: call.body,
    find: findBalance(world, checked.value.shortcode),
  });
  if (plan.before_answer) await Promise.race([told, world.stopped]);
  return acceptedAnswer(inquiry);
};

/** The account balance endpoint. */
export const balanceEndpoints = (world: World): Endpoint[] => [
  {
    method: "POST",
    path: "/mpesa/accountbalance/v1/query",
    badToken: badTokenReading(world.switches, "balance"),
    lane: { name: "balance", shortcodeField: "PartyA", refuse: spikeArrest },
    callsBack: "when_named",
    execute: (call, plan) => ask(world, call, plan),
  },
];
