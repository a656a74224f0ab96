/**
 * A shortcode's payout lane, kept for good because a halt must outlive everything, and its last balances, which may be
 * forgotten. What must stay true: a lane changes only over the version it was decided on.
 */
import type { Account } from "../domain/balance.ts";
import { SignedCents } from "../domain/balance.ts";
import { HALT_CODES } from "../domain/payout-lane.ts";
import type { LaneHalt, PayoutLane, Probe } from "../domain/payout-lane.ts";
import { CorruptItem, list, map, maybeMap, maybeNumber, maybeText, number, oneOf, readList } from "./attributes.ts";
import { readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import type { BalanceRecord, LaneLedger } from "./lane-ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItem, readTableItem } from "./read.ts";
import { put } from "./transact.ts";

const BALANCES_KEPT_MS = 30 * 86_400_000;

const writeHalt = ({ code, resultCode, at, about, reason }: LaneHalt) =>
  map({
    c: text(code),
    ...(resultCode === null ? {} : { r: text(resultCode) }),
    a: number(at),
    b: text(about),
    ...(reason === undefined ? {} : { w: text(reason) }),
  });

const readHalt = (item: Item): LaneHalt | null => {
  const halt = maybeMap(item, "h");
  if (halt === null) return null;
  const reason = maybeText(halt, "w");
  return {
    code: oneOf(HALT_CODES, readText(halt, "c"), "h"),
    resultCode: maybeText(halt, "r"),
    at: readNumber(halt, "a"),
    about: readText(halt, "b"),
    ...(reason === null ? {} : { reason }),
  };
};

const writeProbe = ({ id, fingerprint, at, tries }: Probe) =>
  map({ i: text(id), f: text(fingerprint), a: number(at), n: number(tries) });

const readProbe = (item: Item): Probe | null => {
  const probe = maybeMap(item, "q");
  return (
    probe && {
      id: readText(probe, "i"),
      fingerprint: readText(probe, "f"),
      at: readNumber(probe, "a"),
      tries: readNumber(probe, "n"),
    }
  );
};

const writeLane = ({ shortcode, version, halt, provenFor, probe }: PayoutLane) => ({
  pk: text(keys.lane(shortcode)),
  v: number(version),
  ...(halt === null ? {} : { h: writeHalt(halt) }),
  ...(provenFor === null ? {} : { f: text(provenFor) }),
  ...(probe === null ? {} : { q: writeProbe(probe) }),
});

const writeAccount = (account: Account) =>
  map({
    n: text(account.name),
    c: text(account.currency),
    b: number(account.current),
    a: number(account.available),
    r: number(account.reserved),
    u: number(account.uncleared),
  });

const readAccounts = (item: Item): readonly Account[] =>
  readList(item, "l").map(({ M: account }) => {
    if (!account) throw new CorruptItem("l");
    const cents = (name: string): SignedCents => SignedCents.parse(readNumber(account, name));
    return {
      name: readText(account, "n"),
      currency: readText(account, "c"),
      current: cents("b"),
      available: cents("a"),
      reserved: cents("r"),
      uncleared: cents("u"),
    };
  });

/**
 * `w` is when M-PESA looked, or else when we heard: answers overtake each other, and the later look is the one to keep.
 * Two looks within one second of M-PESA's clock: the one that was heard later.
 */
const keepBalances = async (deps: LedgerDeps, shortcode: string, record: BalanceRecord): Promise<void> => {
  const { id, accounts, asOf, receivedAt } = record;
  await put(deps, {
    TableName: deps.tables.coordination,
    Item: {
      pk: text(keys.balances(shortcode)),
      i: text(id),
      l: list(accounts.map(writeAccount)),
      ...(asOf === null ? {} : { o: number(asOf) }),
      a: number(receivedAt),
      w: number(asOf ?? receivedAt),
      ttl: number(Math.ceil((receivedAt + BALANCES_KEPT_MS) / 1_000)),
    },
    ConditionExpression: "attribute_not_exists(pk) OR w < :looked OR (w = :looked AND a <= :heard)",
    ExpressionAttributeValues: { ":looked": number(asOf ?? receivedAt), ":heard": number(receivedAt) },
  });
};

export const createLaneLedger = (deps: LedgerDeps): LaneLedger => ({
  lane: async (shortcode) => {
    const item = await readItem(deps, keys.lane(shortcode));
    if (!item) return { shortcode, version: 0, halt: null, provenFor: null, probe: null };
    const provenFor = maybeText(item, "f");
    return { shortcode, version: readNumber(item, "v"), halt: readHalt(item), provenFor, probe: readProbe(item) };
  },

  changeLane: async ({ shortcode, version }, next) => {
    const lane: PayoutLane = { ...next, shortcode, version: version + 1 };
    const result = await put(deps, {
      TableName: deps.tables.transactions,
      Item: writeLane(lane),
      ...(version === 0
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "v = :seen", ExpressionAttributeValues: { ":seen": number(version) } }),
    });
    return result.written ? lane : null;
  },

  keepBalances: (shortcode, balances) => keepBalances(deps, shortcode, balances),

  balances: async (shortcode) => {
    const item = await readTableItem(deps, deps.tables.coordination, keys.balances(shortcode));
    return (
      item && {
        id: readText(item, "i"),
        accounts: readAccounts(item),
        asOf: maybeNumber(item, "o"),
        receivedAt: readNumber(item, "a"),
      }
    );
  },
});
