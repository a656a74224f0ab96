/** The generated parts of docs/result-codes.md: what M-PESA and its gateway say, what it means to us, and who says so. */
import { B2C_RESULTS } from "../../functions/daraja/b2c-result-codes.ts";
import { GATEWAY_ERRORS } from "../../functions/daraja/gateway-errors.ts";
import type { GatewayVerdict, PayoutVerdict } from "../../functions/daraja/gateway-errors.ts";
import { SOURCES, STK_RESULTS } from "../../functions/daraja/result-codes.ts";
import { code, table } from "./markdown.ts";

const SAYS = { paid: "**paid**", in_progress: "not ended yet" } as const;

/** Every ResultCode of a push. */
export const results = (): string =>
  table(
    ["ResultCode", "Outcome", "What happened", "Source"],
    [...STK_RESULTS].map(([resultCode, { says, meaning, source }]) => [
      code(resultCode),
      says === "paid" || says === "in_progress" ? SAYS[says] : code(says),
      meaning,
      source,
    ]),
  );

/** Every ResultCode of a payout and of the questions about payouts and balances. */
export const payoutResults = (): string =>
  table(
    ["ResultCode", "Outcome", "What happened", "Source"],
    [...B2C_RESULTS].map(([resultCode, { says, meaning, source }]) => [
      code(resultCode),
      says === "paid" ? SAYS.paid : says === "untold" ? "not told: ask" : code(says),
      meaning,
      source,
    ]),
  );

const proven = (verdict: GatewayVerdict<string> | PayoutVerdict): string => {
  switch (verdict.verdict) {
    case "refused":
      return `refused: ${code(verdict.failure)}`;
    case "token_dead":
      return "not taken; once more with a new token";
    case "throttled":
      return "not taken; slower, then once more";
    case "busy":
      return "unknown: ask; slower";
    case "went_in":
      return "an earlier sending was taken: ask";
    case "unknown":
      return "unknown: ask";
  }
};

/** Every error of the gateway that is known, in the order in which rows are tried. */
export const gatewayErrors = (): string =>
  table(
    ["errorCode", "With the words", "What it proves about a push", "… about a payout", "What happened", "Source"],
    GATEWAY_ERRORS.map((row) => [
      code(row.code),
      row.words === null ? "any" : code(row.words.source),
      proven(row.push),
      proven(row.payout),
      row.meaning,
      row.source,
    ]),
  );

/** What the last column's words stand for, the most trusted first. */
export const sources = (): string =>
  table(
    ["Source", "Who says so"],
    Object.entries(SOURCES).map(([name, text]) => [name, text]),
  );
