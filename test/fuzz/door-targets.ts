/**
 * Callbacks of every kind through the whole door, against a ledger that holds what they are about: a mutated body, mostly
 * under its own token and from Safaricom's address. The judge: the answer is 200 (413 for what is too large, 404 under a
 * token that is none), never a fault of ours; money moves on the ledger only by a document that says so by itself, read
 * here without the gateway's readers; what came from a stranger, and a queue timeout, end nothing.
 */
import type { CallbackKind } from "../../functions/daraja/callback-url.ts";
import type { Chance } from "../world/core/prng.ts";
import {
  AMOUNT,
  B2C_RESULTS,
  BALANCES,
  C2B,
  QUEUE_TIMEOUTS,
  RECEIPTS,
  REVERSALS,
  STATUSES,
  STK_CALLBACKS,
} from "./documents.ts";
import { NO_BUG, SAFARICOM, SHORTCODE, VALIDATION, createGateway } from "./gateway.ts";
import type { DoorBug } from "./gateway.ts";
import { IDS, keptIntents } from "./kept-intents.ts";
import type { Moved, Seen } from "./ledger.ts";
import { changeDocument } from "./mutate.ts";
import { isShillings, isZero, saidBy, says, shillingsIn } from "./said.ts";
import type { Said } from "./said.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

interface Heard {
  readonly kind: CallbackKind;
  readonly about: string;
  readonly documents: readonly string[];
  /** What may move by it, by the beginnings of ids. */
  readonly moves: readonly string[];
  /** Under which names the amount stands; none where M-PESA's word need not name it. */
  readonly amounts: readonly string[];
}

const heard = (kind: CallbackKind, about: string, rest: Omit<Heard, "kind" | "about">): Heard => ({
  ...{ kind, about },
  ...rest,
});

const ENDS_NOTHING = { moves: [], amounts: [] } as const;
const late = (kind: CallbackKind, about: string, documents: readonly string[]): Heard =>
  heard(kind, about, { documents: [...QUEUE_TIMEOUTS, ...documents], ...ENDS_NOTHING });

const HEARD = {
  "STK door": heard("stk", IDS.payment, { documents: STK_CALLBACKS, moves: ["pay_"], amounts: ["amount"] }),
  "B2C door": heard("b2c", IDS.payout, { documents: B2C_RESULTS, moves: ["pyo_"], amounts: ["transactionamount"] }),
  "payout status door": heard("status", IDS.payout, { documents: STATUSES, moves: ["pyo_"], amounts: ["amount"] }),
  "reversal door": heard("reversal", IDS.refund, { documents: REVERSALS, moves: ["rfd_", "pay_"], amounts: [] }),
  "refund status door": heard("status", IDS.refund, { documents: STATUSES, moves: ["rfd_", "pay_"], amounts: [] }),
  "receipt door": heard("receipt", IDS.exception, { documents: RECEIPTS, moves: ["pay_"], amounts: ["amount"] }),
  "C2B door": heard("c2b-confirmation", SHORTCODE, { documents: C2B, moves: ["pay_"], amounts: ["transamount"] }),
  "balance door": heard("balance", IDS.question, { documents: [...BALANCES, ...STATUSES], ...ENDS_NOTHING }),
  "B2C timeout door": late("b2c-late", IDS.payout, B2C_RESULTS),
  "payout status timeout door": late("status-late", IDS.payout, STATUSES),
  "reversal timeout door": late("reversal-late", IDS.refund, REVERSALS),
  "refund status timeout door": late("status-late", IDS.refund, STATUSES),
  "receipt timeout door": late("receipt-late", IDS.exception, RECEIPTS),
  "balance timeout door": late("balance-late", IDS.question, BALANCES),
} as const satisfies Readonly<Record<string, Heard>>;

const STRANGER = "203.0.113.7";
const NO_TOKEN = "0".repeat(26);

/** Where it comes from, and under which token: mostly as it should be. */
interface Arrival {
  readonly from: string;
  readonly token?: string;
}
const arrives = (chance: Chance): Arrival => {
  if (chance.happens(0.9)) return { from: SAFARICOM };
  return chance.happens(0.7) ? { from: STRANGER } : { from: SAFARICOM, token: NO_TOKEN };
};

const ENDED = ["succeeded", "failed", "reversed", "merged", "cancelled"];
const isCredit = ({ state }: Moved): boolean => state === "succeeded" || state === "reversed";

/** M-PESA's own word for a refund whose payment was reversed before. */
const REVERSED_BEFORE = "R000001";

/** Why what moved should not have. */
const unjust = (
  { moved }: Seen,
  said: readonly Said[],
  { kind, moves, amounts }: Heard,
): Readonly<Record<string, boolean>> => {
  const credited = moved.filter(isCredit);
  const saysPaid =
    kind === "c2b-confirmation" ||
    says(said, ["resultcode"], (code) => isZero(code) || (kind === "reversal" && code === REVERSED_BEFORE));
  const saysUnpaid =
    says(said, ["resultcode"], (code) => code !== "0") ||
    says(said, ["transactionstatus"], (status) => status.toLowerCase() !== "completed");
  return {
    "something ended that it is not about": moved.some(
      ({ id, state }) => ENDED.includes(state) && !moves.some((prefix) => id.startsWith(prefix)),
    ),
    "paid by what does not say so": credited.length > 0 && !saysPaid,
    "paid another amount than it says": credited.some(
      ({ amount }) => amounts.length > 0 && !says(said, amounts, isShillings(amount / 100)),
    ),
    "something of ours paid with another amount": credited.some(
      ({ amount, isNew }) => !isNew && amount !== AMOUNT * 100,
    ),
    "failed by what does not say so": moved.some(({ state }) => state === "failed") && !saysUnpaid,
  };
};

const through =
  (which: Heard, bug: DoorBug) =>
  async (chance: Chance): Promise<Outcome> => {
    const { kind, about, documents } = which;
    const body = changeDocument(chance, documents[chance.between(0, documents.length - 1)] ?? "");
    const { from, token } = arrives(chance);
    const gateway = createGateway(await keptIntents(), bug);
    const { status } = await gateway.hear(kind, about, { body, from, ...(token === undefined ? {} : { token }) });
    const seen = gateway.ledger.seen();
    const { moved, writes, wrong } = seen;
    const said = saidBy(body) ?? [];
    const expected = token === undefined ? [200, 413] : [404, 413];
    return outcome(body, moved.some(isCredit), {
      [`answered ${status}`]: !expected.includes(status),
      "written under a token that is none": token !== undefined && writes > 0,
      "a stranger ended something": from === STRANGER && moved.some(({ state }) => ENDED.includes(state)),
      ...unjust(seen, said, which),
      [wrong.join()]: wrong.length > 0,
    });
  };

/** May this customer pay? Nothing is stored, and only what names an amount that may be paid to us is let in. */
const validation = async (chance: Chance): Promise<Outcome> => {
  const body = changeDocument(chance, C2B[0]);
  const { from, token } = arrives(chance);
  const gateway = createGateway(await keptIntents());
  const arrival = { body, from, ...(token === undefined ? {} : { token }) };
  const { status, body: answer } = await gateway.hear("c2b-validation", SHORTCODE, arrival);
  const accepted = typeof answer === "object" && answer !== null && "ResultCode" in answer && answer.ResultCode === "0";
  const said = saidBy(body) ?? [];
  const mayBePaid = (text: string): boolean =>
    shillingsIn(text) >= VALIDATION.minimum && shillingsIn(text) <= VALIDATION.maximum;
  return outcome(body, accepted, {
    [`answered ${status}`]: status !== (token === undefined ? 200 : 404),
    "a validation was stored": gateway.ledger.seen().writes > 0,
    "a stranger was told that one may pay": accepted && from === STRANGER,
    "let in without an amount that may be paid": accepted && !says(said, ["transamount"], mayBePaid),
    "let in without our shortcode": accepted && !says(said, ["businessshortcode"], (code) => code === SHORTCODE),
  });
};

export type DoorName = keyof typeof HEARD;

/** What is heard through this door, with a bug that was planted in it. */
export const doorTarget = (name: DoorName, bug: DoorBug = NO_BUG): Target => ({
  name,
  weight: HEARD[name].moves.length > 0 ? 2 : 1,
  run: through(HEARD[name], bug),
});

const isDoorName = (name: string): name is DoorName => Object.hasOwn(HEARD, name);

export const DOOR_TARGETS: readonly Target[] = [
  ...Object.keys(HEARD)
    .filter(isDoorName)
    .map((name) => doorTarget(name)),
  { name: "C2B validation door", weight: 2, run: validation },
];
