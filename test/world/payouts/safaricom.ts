/**
 * Safaricom as these worlds have it: the simulator's core with a float, an API operator and customers who have paid before,
 * the wire to it, and the secret that the business keeps for it. What must stay true: what M-PESA took is known the moment
 * it took it, whatever becomes of the answer.
 */
import { readFileSync } from "node:fs";
import type { Credentials } from "../../../functions/daraja/credentials.ts";
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import type { OutgoingRequest } from "../../../sandbox/daraja/core/exchange.ts";
import { sandboxInitiator } from "../../../sandbox/daraja/core/initiators.ts";
import { sandboxPaybill } from "../../../sandbox/daraja/core/merchants.ts";
import type { MenuPaymentView } from "../../../sandbox/daraja/core/menu-payment.ts";
import { createSimulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { createChance } from "../core/prng.ts";
import { createDelivery, createLine } from "../payments/daraja-line.ts";
import type { BareWorld } from "./bare-world.ts";

export const SHORTCODE = sandboxPaybill.shortcode;
const CERTIFICATE = readFileSync(
  new URL("../../../sandbox/daraja/certificate/certificate.pem", import.meta.url),
  "utf8",
);

/** Asks the simulator's control API: GET without a body, POST with one. */
export const control = async (simulator: Simulator, path: string, body?: unknown): Promise<string> => {
  const asked = body === undefined ? { method: "GET", body: "" } : { method: "POST", body: JSON.stringify(body) };
  const request = { ...asked, path: `/simulator${path}`, headers: {}, remoteAddress: "127.0.0.1" };
  const outcome = await simulator.handle(request);
  if (outcome.kind !== "answer" || outcome.status >= 500) throw new Error(`the simulator did not take ${path}`);
  return outcome.body;
};

/** What the business keeps about its shortcode, with this password of the operator. */
const credentialsWith = (password: string): Credentials => ({
  consumerKey: "malipo",
  consumerSecret: "malipo",
  shortcode: SHORTCODE,
  passkey: sandboxPaybill.passkey,
  transactionType: "CustomerPayBillOnline",
  receiver: SHORTCODE,
  initiator: { name: sandboxInitiator.name, password, certificate: CERTIFICATE },
  initiatorLacks: [],
});

/** A secret that people change. */
export const createSecret = (password: string) => {
  let held = credentialsWith(password);
  return {
    get: (): Credentials => held,
    set(next: string): void {
      held = credentialsWith(next);
    },
  };
};
export type Secret = ReturnType<typeof createSecret>;

/** The longest that a request may be on its way. */
const LATEST_MS = 60_000;
const NAMES = /b2c|reversal|transactionstatus|accountbalance|oauth/;

/** The wire to the simulator. A request may arrive long after whoever sent it has given up. */
export const createWire = (world: BareWorld, simulator: () => Simulator): Fetch => {
  const { time, note, rates } = world;
  const chance = createChance(world.chance.split());
  const lineOf = (name: string): Fetch =>
    createLine({ simulator, time, chance, faults: () => rates().line, note: (what) => note(`${name}: ${what}`) });
  const lines = new Map<string, Fetch>();
  return (url, init) => {
    const [name = "daraja"] = NAMES.exec(url) ?? [];
    const line = lines.get(name) ?? lineOf(name);
    lines.set(name, line);
    if (!chance.happens(rates().lateRequest)) return line(url, init);
    note(`${name}: on its way for long`);
    const arriving = time
      .wait(chance.between(1_000, LATEST_MS))
      .then(() => line(url, { ...init, signal: new AbortController().signal }));
    const givenUp = new Promise<never>((_, reject) =>
      init.signal.addEventListener("abort", () => reject(init.signal.reason as Error), { once: true }),
    );
    arriving.catch(() => undefined);
    return Promise.race([arriving, givenUp]);
  };
};

/** Takes results to the gateway: `knock` gives the status that one is answered with. */
export const createSafaricom = (world: BareWorld, knock: (request: OutgoingRequest) => Promise<number>): Simulator => {
  const { time, scenario, seed, note, rates, books } = world;
  const chance = createChance(world.chance.split());
  const deliver = createDelivery({ time, chance, note, faults: () => rates().callbacks }, knock);
  const simulator = createSimulator({
    clock: { now: time.now, after: time.after },
    deliver,
    seed,
    utilityShillings: scenario.float,
    switches: scenario.switches,
  });
  simulator.watch((event) => {
    if (event.type !== "transaction") return;
    const { transaction } = event;
    if (transaction.kind !== "payout" && transaction.kind !== "reversal") return;
    const what = transaction.kind === "payout" ? transaction.originator_conversation_id : transaction.remarks;
    books.took(what, transaction.state);
    note(`M-PESA: ${transaction.kind} ${what} ${transaction.state}, ${transaction.result_desc ?? "no result yet"}`);
  });
  return simulator;
};

/** Customers pay from their phones' menus, before anything else happens. */
export const payBefore = async ({ scenario }: BareWorld, simulator: Simulator): Promise<readonly MenuPaymentView[]> => {
  const made: MenuPaymentView[] = [];
  for (const [place, { msisdn, amount }] of scenario.payments.entries()) {
    const paid = await control(simulator, "/c2b", { shortcode: SHORTCODE, reference: `INV-${place}`, amount, msisdn });
    made.push(JSON.parse(paid) as MenuPaymentView);
  }
  return made;
};
