/** The generated parts of docs/errors.md and docs/failures.md: one section for each thing that can be answered. */
import { PROBLEMS } from "../../functions/api/problems.ts";
import { FAILURES, FAILURE_CODES } from "../../functions/domain/failures.ts";
import type { Fault, NewAttempt } from "../../functions/domain/failures.ts";
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
