/**
 * The organisation's side, for people and tests: the money of each shortcode and the initiators. What runs
 * down or locks here stays so until somebody mends it, as at Safaricom.
 */
import * as z from "zod";
import type { Accounts } from "./accounts.ts";
import { invalidBody, listAnswer, problem } from "./control-answers.ts";
import { route, type Route } from "./control-route.ts";
import { jsonAnswer } from "./exchange.ts";
import { Role } from "./initiators.ts";

const SHILLINGS_MAX = 1_000_000_000_000;
const Shillings = z.int().min(0).max(SHILLINGS_MAX);

const AccountChange = z
  .strictObject({
    /** What the Utility account holds from now on. */
    utility: Shillings.optional(),
    /** Added to the Utility account. */
    top_up: Shillings.optional(),
  })
  .refine((change) => Object.keys(change).length === 1, "Give utility or top_up.");

/** Shillings, with cents only where there are any. */
const accountView = (accounts: Accounts, shortcode: string) => {
  const { working, utility, chargesPaid, settlement } = accounts.funds(shortcode);
  const { count, cents } = accounts.paidOut(shortcode);
  return {
    shortcode,
    currency: "KES",
    working: working / 100,
    utility: utility / 100,
    charges_paid: chargesPaid / 100,
    settlement: settlement / 100,
    paid_out: { count, sum: cents / 100 },
  };
};

const listAccounts: Route["run"] = (_call, { world }) => {
  const { accounts } = world();
  return listAnswer(accounts.shortcodes().map((shortcode) => accountView(accounts, shortcode)));
};

const noShortcode = (shortcode: string) =>
  problem(404, "No such shortcode", `Nobody has the shortcode ${shortcode}. Nothing was changed.`);

const changeAccount: Route["run"] = ({ body, id }, { world }) => {
  const { accounts, treasury } = world();
  if (!accounts.has(id)) return noShortcode(id);
  const parsed = AccountChange.safeParse(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { utility, top_up: topUp } = parsed.data;
  if (utility !== undefined) treasury.setUtility(id, utility);
  if (topUp !== undefined) treasury.topUp(id, topUp);
  return jsonAnswer(200, accountView(accounts, id));
};

const Sweep = z.strictObject({
  /** What leaves Utility; all of it when absent. */
  amount: Shillings.min(1).optional(),
  /** Whether it goes on to the bank. */
  to_bank: z.boolean().default(true),
});

const sweep: Route["run"] = ({ body, id }, { world }) => {
  const { accounts, treasury } = world();
  if (!accounts.has(id)) return noShortcode(id);
  const parsed = Sweep.safeParse(body ?? {});
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { amount, to_bank: toBank } = parsed.data;
  const cents = amount === undefined ? accounts.funds(id).utility : amount * 100;
  if (!accounts.covers(id, cents))
    return problem(
      409,
      "Utility holds less than that",
      `${id} has no KES ${cents / 100} to sweep. Nothing was changed.`,
    );
  treasury.sweep(id, cents, toBank);
  return jsonAnswer(200, accountView(accounts, id));
};

const InitiatorChange = z
  .strictObject({
    action: z.enum(["lock", "unlock"]).optional(),
    password: z.string().min(1).max(200).optional(),
    roles: z.array(Role).max(10).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "Give at least one of action, password, roles.");

const changeInitiator: Route["run"] = ({ body, id }, { world }) => {
  const { initiators } = world();
  if (initiators.view(id) === undefined)
    return problem(404, "No such initiator", `Nobody is called ${id}. Nothing was changed.`);
  const parsed = InitiatorChange.safeParse(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { action, password, roles } = parsed.data;
  if (password !== undefined) initiators.setPassword(id, password);
  if (roles !== undefined) initiators.setRoles(id, roles);
  if (action === "lock") initiators.lock(id);
  if (action === "unlock") initiators.unlock(id);
  return jsonAnswer(200, initiators.view(id));
};

export const organisationRoutes: readonly Route[] = [
  route("GET", /^\/simulator\/accounts$/, listAccounts),
  route("POST", /^\/simulator\/accounts\/(\d{1,10})$/, changeAccount),
  route("POST", /^\/simulator\/accounts\/(\d{1,10})\/sweep$/, sweep),
  route("GET", /^\/simulator\/initiators$/, (_call, { world }) => listAnswer(world().initiators.list())),
  route("POST", /^\/simulator\/initiators\/([\w.-]{1,100})$/, changeInitiator),
];
