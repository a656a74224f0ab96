/** Reads payouts by id: consistent, because whoever asks may send money by the answer. */
import { Msisdn } from "../domain/msisdn.ts";
import type { Payout } from "../domain/payout.ts";
import { readBytes } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayout } from "./payout-item.ts";
import { inOrder, readItem, readItems } from "./read.ts";
import { AT } from "./transaction-item.ts";

export const readOnePayout = async (deps: LedgerDeps, id: string): Promise<Payout | null> => {
  const item = await readItem(deps, id);
  return item && readPayout(item);
};

export const readManyPayouts = async (deps: LedgerDeps, ids: readonly string[]): Promise<readonly (Payout | null)[]> =>
  inOrder(ids, await readItems(deps, ids)).map((item) => item && readPayout(item));

const toSend = async (deps: LedgerDeps, item: Item): Promise<{ readonly payout: Payout; readonly phone: Msisdn }> => {
  const payout = readPayout(item);
  const phone = await deps.vault.open(readBytes(item, AT.sealedPhone), payout.id);
  return { payout, phone: Msisdn.parse(Buffer.from(phone).toString()) };
};

export const readPayoutsToSend = async (deps: LedgerDeps, ids: readonly string[]) => {
  const items = inOrder(ids, await readItems(deps, ids));
  return Promise.all(items.map(async (item) => item && (await toSend(deps, item))));
};
