/** What the shortcode's accounts hold: as M-PESA last said, and the question that has it say so again. */
import type { Account } from "../domain/balance.ts";
import type { Clock } from "../domain/clock.ts";
import { haltMessage } from "../domain/payout-lane.ts";
import { utcIso } from "../domain/time.ts";
import type { AskBalance } from "../payouts/ask-balance.ts";
import type { BalanceRecord, LaneLedger } from "../store/lane-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { accepted, ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { BalanceQuestion, BalanceResource } from "./responses-payouts.ts";

const accountView = ({ name, currency, current, available, reserved, uncleared }: Account) => ({
  name,
  currency,
  current: current / 100,
  available: available / 100,
  reserved: reserved / 100,
  uncleared: uncleared / 100,
});

const balanceView = (shortcode: string, { accounts, asOf, receivedAt }: BalanceRecord): BalanceResource => ({
  object: "balance",
  shortcode,
  accounts: accounts.map(accountView),
  as_of: asOf === null ? null : utcIso(asOf),
  received_at: utcIso(receivedAt),
});

export interface ReadBalanceDeps {
  readonly lanes: Pick<LaneLedger, "balances">;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
}

export const readBalance =
  (deps: ReadBalanceDeps): Endpoint<typeof ROUTES.readBalance> =>
  async () => {
    const shortcode = await deps.shortcode();
    const balances = await deps.lanes.balances(shortcode);
    return balances ? ok(balanceView(shortcode, balances)) : problem("balance_unknown");
  };

export interface RefreshBalanceDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly ask: AskBalance;
  readonly shortcode: () => Promise<string>;
  readonly clock: Clock;
}

/** With what there is to mend; a lane that somebody has lifted meanwhile has nothing. */
const halted = async ({ lanes }: RefreshBalanceDeps, shortcode: string): Promise<Reply> => {
  const { halt } = await lanes.lane(shortcode);
  return problem("payout_lane_halted", halt === null ? {} : { detail: haltMessage(halt.code) });
};

/** Asks M-PESA now. A question that is out already serves as well: its answer is yet to come. */
export const refreshBalance =
  (deps: RefreshBalanceDeps): Endpoint<typeof ROUTES.refreshBalance> =>
  async () => {
    const shortcode = await deps.shortcode();
    const question: BalanceQuestion = {
      object: "balance_question",
      shortcode,
      asked_at: utcIso(deps.clock.now()),
    };
    const { asked } = await deps.ask(shortcode);
    switch (asked) {
      case "yes":
      case "waiting":
        return accepted(question);
      case "halted":
        return halted(deps, shortcode);
      case "not_configured":
        return problem("payouts_not_configured");
      case "no":
        return problem("balance_not_asked", {}, 60);
    }
  };
