/**
 * Pull transactions: the customers' payments of the last 48 hours, asked for instead of waited for. An answer of 200 says
 * little by itself: 1000 comes with rows, 1001 with an empty list in a list, and is no error. Rows come a page at a
 * time, oldest first, from the offset that was asked for.
 */
import { withCents } from "./accounts.ts";
import { badTokenReading } from "./bad-tokens.ts";
import { bodyRefusal, type Call, type Endpoint } from "./endpoint.ts";
import { jsonAnswer, type Outcome } from "./exchange.ts";
import { fieldOf, firstInvalid, isCallbackUrl, isMsisdn, oneOf, refused, type FieldRule } from "./field-rules.ts";
import type { Line } from "./journal.ts";
import { isoTime, nairobiIso, readPullTime } from "./nairobi-time.ts";
import { namesOf } from "./party-names.ts";
import { invalidField, invalidShortCode, spikeArrest } from "./refusals.ts";
import type { World } from "./world.ts";

const REACH_MS = 48 * 3_600_000;

/** `ResponseStatus`, or `Response Status`. */
const spell = (world: World, fields: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  if (world.switches().pull_keys === "joined") return { ...fields };
  const spaced = (name: string): string => name.replace(/^(Response)(Status|Description)$/, "$1 $2");
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [spaced(name), value]));
};

const isNominatedNumber: FieldRule = (text) => /^0[17]\d{8}$/.test(text) || isMsisdn(text);

const register = (world: World, call: Call): Outcome => {
  const unreadable = bodyRefusal(call, "ShortCode");
  if (unreadable) return unreadable(call.requestId);
  const shortcode = fieldOf(call, "ShortCode");
  if (!world.organisations.has(shortcode)) return invalidShortCode(call.requestId);
  const invalid = firstInvalid(call, [
    ["RequestType", oneOf("Pull")],
    ["NominatedNumber", isNominatedNumber],
    ["CallBackURL", isCallbackUrl(world.switches())],
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid)).outcome;
  const isNew = world.pullBook.register(shortcode);
  return jsonAnswer(
    200,
    spell(world, {
      ResponseRefID: world.ids.request(),
      ResponseStatus: isNew ? "1000" : "1001",
      ShortCode: shortcode,
      ResponseDescription: isNew ? "Shortcode Registered Successfully" : "Shortcode already Registered",
    }),
  );
};

const rowOf = (world: World, { movement, cents }: Line, organizationname: string) => {
  const { receipt, completedAtMs, msisdn, reference } = movement;
  const local = nairobiIso(completedAtMs);
  const utc = (isoTime(completedAtMs) ?? "").slice(0, 19);
  return {
    transactionId: receipt,
    trxDate: `${world.switches().pull_dates === "utc" ? utc : local}Z`,
    msisdn: Number((msisdn ?? "").slice(3)),
    sender: namesOf(msisdn ?? "").first,
    transactiontype: reference === null ? "c2b-buy-goods-debit" : "c2b-pay-bill-debit",
    billreference: reference ?? "",
    amount: withCents(cents),
    organizationname,
  };
};

const query = (world: World, call: Call): Outcome => {
  const unreadable = bodyRefusal(call, "ShortCode");
  if (unreadable) return unreadable(call.requestId);
  const shortcode = fieldOf(call, "ShortCode");
  const name = world.organisations.get(shortcode);
  if (name === undefined || !world.pullBook.has(shortcode)) return invalidShortCode(call.requestId);
  const [start, end] = [readPullTime(fieldOf(call, "StartDate")), readPullTime(fieldOf(call, "EndDate"))];
  const invalid = firstInvalid(call, [
    ["StartDate", () => start !== null],
    ["EndDate", () => end !== null && start !== null && end >= start],
    ["OffSetValue", (text) => /^\d{1,7}$/.test(text)],
  ]);
  if (invalid !== undefined || start === null || end === null)
    return refused(call, invalidField(invalid ?? "StartDate")).outcome;
  const offset = Number(fieldOf(call, "OffSetValue"));
  const rows = world.journal
    .paymentsBetween(shortcode, Math.max(start, world.clock.now() - REACH_MS), end + 999)
    .slice(offset, offset + world.switches().pull_page_rows)
    .map((line) => rowOf(world, line, name));
  return jsonAnswer(
    200,
    spell(world, {
      ResponseRefID: world.ids.request(),
      ResponseCode: rows.length === 0 ? "1001" : "1000",
      ResponseMessage: rows.length === 0 ? "No transactions found" : "Success",
      Response: [rows],
    }),
  );
};

/** The pull endpoints. Their documentation says GET of the query and every client sends POST. */
export const pullEndpoints = (world: World): Endpoint[] => {
  const shared = {
    method: "POST",
    badToken: badTokenReading(world.switches, "pull"),
    lane: { name: "pull", shortcodeField: "ShortCode", refuse: spikeArrest },
  } as const;
  return [
    { ...shared, path: "/pulltransactions/v1/register", execute: (call) => register(world, call) },
    { ...shared, path: "/pulltransactions/v1/query", execute: (call) => query(world, call) },
  ];
};
