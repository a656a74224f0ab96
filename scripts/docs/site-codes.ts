/**
 * docs/codes.json: every code that the API can answer or report, with its words, for the documentation's pages and for
 * programs. Nothing of it is written down here: the tables of problems and failures are read, and the contract is asked.
 */
import { ROUTES } from "../../functions/api/contract.ts";
import type { Operation, Route } from "../../functions/api/contract.ts";
import { PROBLEM_CODES, problemExample } from "../../functions/api/examples-problems.ts";
import { problemsOf } from "../../functions/api/openapi-answers.ts";
import { PROBLEMS } from "../../functions/api/problems.ts";
import type { ProblemCode } from "../../functions/api/problems.ts";
import { FAILURES, FAILURE_CODES } from "../../functions/domain/failures.ts";
import { PAYOUT_FAILURES, PAYOUT_FAILURE_CODES } from "../../functions/domain/payout-failures.ts";
import { REFUND_FAILURES, REFUND_FAILURE_CODES } from "../../functions/domain/refund-failures.ts";
import { CAUSES } from "./causes.ts";

const routes = Object.values<Route & { operation: Operation }>(ROUTES);

/** The operations that list it among their own; none for what every operation can answer. */
const operationsWith = (code: ProblemCode) =>
  routes
    .filter(({ problems }) => problems.includes(code))
    .map(({ operation, method, path, summary }) => ({ operation, method, path, summary }));

const everybodyHas = (code: ProblemCode): boolean =>
  routes.filter(({ auth }) => auth !== "none").every((route) => problemsOf(route).includes(code));

const problems = () =>
  PROBLEM_CODES.map((code) => {
    const { status, title, advice, safeToRetry } = PROBLEMS[code];
    return {
      ...{ code, status, title, cause: CAUSES[code], advice, safe_to_retry: safeToRetry },
      everywhere: everybodyHas(code),
      operations: operationsWith(code),
      example: problemExample(code),
    };
  });

const paymentFailures = () =>
  FAILURE_CODES.map((code) => {
    const { message, newAttempt, fault, customerMessage } = FAILURES[code];
    return { code, message, new_attempt: newAttempt, fault, customer_message: customerMessage };
  });

const payoutFailures = () =>
  PAYOUT_FAILURE_CODES.map((code) => {
    const { message, payAgain, halts } = PAYOUT_FAILURES[code];
    return { code, message, pay_again: payAgain, halts };
  });

const refundFailures = () =>
  REFUND_FAILURE_CODES.map((code) => {
    const { message, refundAgain } = REFUND_FAILURES[code];
    return { code, message, refund_again: refundAgain };
  });

/** All codes, as one object. */
export const allCodes = () => ({
  problems: problems(),
  payment_failures: paymentFailures(),
  payout_failures: payoutFailures(),
  refund_failures: refundFailures(),
});
