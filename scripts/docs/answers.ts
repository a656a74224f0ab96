/** The generated parts of docs/errors.md and docs/failures.md: one section for each thing that can go wrong. */
import { PROBLEMS } from "../../functions/api/problems.ts";
import { ROW_PROBLEMS } from "../../functions/domain/batch-row.ts";
import type { RowProblem } from "../../functions/domain/batch-row.ts";
import { FAILURES, FAILURE_CODES } from "../../functions/domain/failures.ts";
import type { Fault, NewAttempt } from "../../functions/domain/failures.ts";
import { PAYOUT_FAILURES, PAYOUT_FAILURE_CODES } from "../../functions/domain/payout-failures.ts";
import type { HaltCause, PayoutFailureText } from "../../functions/domain/payout-failures.ts";
import { FILE_PROBLEMS } from "../../functions/payouts/rows/file-refused.ts";
import type { FileProblem } from "../../functions/payouts/rows/file-refused.ts";
import { code, table } from "./markdown.ts";

const AGAIN = {
  yes: "Yes, the very same request with the same Idempotency-Key.",
  after_fixing: "After it has been put right.",
  no: "No.",
} as const;

/** Every problem of the API, under the heading that its `type` ends in. */
export const problems = (): string => {
  const all = Object.entries(PROBLEMS);
  const overview = table(
    ["`code`", "Status", "What happened"],
    all.map(([name, { status, title }]) => [`[${code(name)}](#${name})`, String(status), title]),
  );
  const sections = all.map(([name, { status, title, advice, safeToRetry }]) =>
    [`### ${name}`, `**${title}** (HTTP ${status}). ${advice}`, `Send it again? ${AGAIN[safeToRetry]}`].join("\n\n"),
  );
  return [overview, ...sections].join("\n\n");
};

/** What the codes of rejected rows have in common; each row's own message says more. */
const ROWS: Readonly<Record<RowProblem, string>> = {
  too_many_cells:
    "The row has cells that no column names, or a comma has cut its amount in two: `15,000` without quotation marks. Quote amounts with thousands separators, or remove the separators.",
  phone_missing: "There is no phone number.",
  phone_invalid: "This is no Kenyan mobile number.",
  phone_mangled:
    "A spreadsheet has rounded the number (`2.54712E+11`), given it a decimal part, or left an error in its place: digits are lost, so it is not guessed.",
  amount_missing: "There is no amount.",
  amount_invalid: "This is no amount, is negative, or can be read as two different ones (`1.500`).",
  amount_has_cents: "M-PESA pays whole shillings out.",
  amount_out_of_range: "One payout is 10 to 250,000 shillings.",
  reference_invalid:
    "The reference is longer than 64 characters, has characters beyond printable ASCII, or was mangled.",
  remarks_invalid:
    "The remarks are longer than 100 characters, have characters beyond printable ASCII, or were mangled.",
  duplicate_in_file: "An earlier row pays the same amount to the same number. `allow_duplicates` lets both through.",
  duplicate_recent:
    "A payout of the last seven days, or a row of another batch, pays the same amount to the same number, and has neither failed nor been cancelled. `allow_duplicates` lets it through.",
};

/** Every reason for which a row is no part of its batch. */
export const rowProblems = (): string =>
  table(
    ["`code`", "What is wrong"],
    ROW_PROBLEMS.map((name) => [code(name), ROWS[name]]),
  );

const FILES: Readonly<Record<FileProblem, string>> = {
  empty_file: "It has no rows.",
  no_header: "It does not begin with a line that names its columns.",
  missing_columns: "No column is named as the phone, or none as the amount.",
  duplicate_columns: "Two columns could be the same thing; which one counts is not guessed.",
  too_many_columns: "It has more than 64 columns.",
  too_many_rows: "It has more than 10,000 rows in a request, or 100,000 in an upload.",
  too_large: "It has more than 5 MB in a request, or 20 MB in an upload.",
  unreadable: "It is no CSV (an Excel workbook, a PDF), or a quotation mark is opened and never closed.",
};

/** Every reason for which a file is refused as a whole. */
export const fileProblems = (): string =>
  table(
    ["`reason`", "What is wrong"],
    FILE_PROBLEMS.map((name) => [code(name), FILES[name]]),
  );

const ATTEMPT: Readonly<Record<NewAttempt, string>> = {
  yes: "Yes, at once.",
  later: "Yes, after the wait that the message names.",
  customer_decides: "If the payer wants to, or has changed something.",
  no: "No, not until somebody repairs it.",
};

const WHO: Readonly<Record<Fault, string>> = {
  customer: "the payer",
  merchant: "the business",
  network: "nobody: the mobile network",
  safaricom: "nobody here: Safaricom",
  malipo: "the operator of Malipo",
};

/** Every reason for which a payment fails, with what to show to the payer. */
export const failures = (): string =>
  FAILURE_CODES.map((name) => {
    const { message, newAttempt, fault, customerMessage } = FAILURES[name];
    return [
      `### ${name}`,
      message,
      `- Offer a new payment? ${ATTEMPT[newAttempt]} (${code(newAttempt)})\n- Who has to act: ${WHO[fault]}`,
      `> ${customerMessage.en}\n>\n> ${customerMessage.sw}`,
    ].join("\n\n");
  }).join("\n\n");

const PAY_AGAIN: Readonly<Record<PayoutFailureText["payAgain"], string>> = {
  yes: "Yes.",
  later: "Yes, later.",
  after_fix: "After it has been mended; in a batch, a resume does it.",
  no: "No.",
};

const HALTS: Readonly<Record<HaltCause, string>> = {
  initiator: "every payout, and every question to M-PESA about one",
  float: "every payout",
  shortcode: "every payout",
};

/** Every reason for which a payout fails, and what it stops. */
export const payoutFailures = (): string =>
  table(
    ["`code`", "What happened and what to do", "Pay again?", "Halts"],
    PAYOUT_FAILURE_CODES.map((name) => {
      const { message, payAgain, halts } = PAYOUT_FAILURES[name];
      return [
        code(name),
        message,
        `${PAY_AGAIN[payAgain]} (${code(payAgain)})`,
        halts === null ? "nothing else" : HALTS[halts],
      ];
    }),
  );
