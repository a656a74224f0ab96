/**
 * Asks M-PESA what the accounts hold, in the name of an API operator that is not in force yet. The question moves no money;
 * its answer comes to the stage, as all do, and is seen here by what the stage makes of it. What must stay true: one
 * question for each call of a person, because a few wrong passwords lock the operator.
 */
import type { PayoutDaraja } from "../functions/daraja/payout-client.ts";
import type { LaneLedger } from "../functions/store/lane-ledger.ts";

export type Proof =
  | { readonly proof: "accepted" }
  /** The stage has halted its payout lane for it. */
  | { readonly proof: "refused"; readonly code: string }
  | { readonly proof: "not_asked"; readonly because: string }
  /** No answer in time, or one that says nothing of the operator. */
  | { readonly proof: "silent" };

export interface ProveDeps {
  readonly daraja: Pick<PayoutDaraja, "accountBalance">;
  readonly lanes: Pick<LaneLedger, "lane" | "balances">;
  readonly newId: () => string;
  readonly wait: (ms: number) => Promise<void>;
}

const LOOKS = 60;
const LOOK_MS = 1_000;

export const proveInitiator = async (deps: ProveDeps, shortcode: string): Promise<Proof> => {
  const id = deps.newId();
  const answer = await deps.daraja.accountBalance({ id });
  if (answer.asked === "no") return { proof: "not_asked", because: answer.because };
  for (let look = 0; look < LOOKS; look += 1) {
    await deps.wait(LOOK_MS);
    const { halt } = await deps.lanes.lane(shortcode);
    if (halt?.about === id) return { proof: "refused", code: halt.code };
    if ((await deps.lanes.balances(shortcode))?.id === id) return { proof: "accepted" };
  }
  return { proof: "silent" };
};
