/**
 * C2B: where a shortcode wants to hear of payments from phones' menus, and the payment that a developer simulates. The
 * missing *n* in `OriginatorCoversationID` is Safaricom's.
 */
import { badTokenReading } from "./bad-tokens.ts";
import { checkRegistration, checkSimulation } from "./c2b-checks.ts";
import { textOf, type Call, type Endpoint } from "./endpoint.ts";
import { jsonAnswer, type Outcome } from "./exchange.ts";
import { resourceNotFound, spikeArrest, urlsAlreadyRegistered } from "./refusals.ts";
import type { World } from "./world.ts";

type Version = "v1" | "v2";

const taken = (world: World, ResponseDescription: string): Outcome =>
  jsonAnswer(200, { OriginatorCoversationID: world.ids.request(), ResponseCode: "0", ResponseDescription });

const register = (world: World, call: Call, version: Version): Outcome => {
  const checked = checkRegistration(world, call, version);
  if (!checked.ok) return checked.outcome;
  const { shortcode, urls } = checked.value;
  const isOnce = world.switches().c2b === "production";
  if (isOnce && world.c2bUrls.of(shortcode) !== undefined) return urlsAlreadyRegistered(call.requestId);
  world.c2bUrls.register(shortcode, urls);
  return taken(world, "Success");
};

const simulate = (world: World, call: Call): Outcome => {
  if (world.switches().c2b === "production") return resourceNotFound(call.requestId);
  const checked = checkSimulation(world, call);
  if (!checked.ok) return checked.outcome;
  world.menuPayments.take(checked.value);
  return taken(world, "Accept the service request successfully.");
};

/** The C2B endpoints: both versions take the same bodies. */
export const c2bEndpoints = (world: World): Endpoint[] => {
  const shared = {
    method: "POST",
    badToken: badTokenReading(world.switches, "c2b"),
    lane: { name: "c2b", shortcodeField: "ShortCode", refuse: spikeArrest },
  } as const;
  return (["v2", "v1"] as const).flatMap((version): Endpoint[] => [
    {
      ...shared,
      path: `/mpesa/c2b/${version}/registerurl`,
      execute: (call) => register(world, call, version),
    },
    {
      ...shared,
      path: `/mpesa/c2b/${version}/simulate`,
      subject: (fields) => ({
        msisdn: textOf(fields["Msisdn"]),
        references: [textOf(fields["BillRefNumber"]) ?? ""],
      }),
      execute: (call) => simulate(world, call),
    },
  ]);
};
