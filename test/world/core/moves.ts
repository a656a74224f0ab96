/** How the story tells that something on the ledger came to another state. */
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Change } from "../dynamo/table.ts";

/** The state after a change, and the line for the story; null when the state is as it was. */
export const moveOf = ({ key, before, after }: Change) => {
  const [was, is] = [before, after].map((item) => item?.[AT.state] && STATE_CODES.read(item, AT.state));
  return was === is ? null : { is, said: `${key} ${was ?? "nothing"} -> ${is ?? "nothing"}` };
};
