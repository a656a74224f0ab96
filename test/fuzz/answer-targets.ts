/**
 * What Daraja answers to our own calls. The judge: an answer that says that a push or a payout was taken never becomes
 * proof of the opposite, whatever else is wrong with it, because upon such proof it would be sent again.
 */
import { readQueryAnswer, readSubmitAnswer } from "../../functions/daraja/answers.ts";
import { readAskAnswer, readPayoutAnswer } from "../../functions/daraja/payout-answers.ts";
import { readPullPage } from "../../functions/daraja/pull-answers.ts";
import type { Chance } from "../world/core/prng.ts";
import { ACCEPTED_PAYOUT, ACCEPTED_PUSH, CHECKOUT, PULLED, QUERIES } from "./documents.ts";
import { changeDocument } from "./mutate.ts";
import { isZero, saidBy, says } from "./said.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

const STATUS = [200, 200, 200, 200, 400, 401, 404, 429, 500, 503] as const;

type Read = { readonly setback: unknown } | { readonly answer: { readonly answer: string } };

/** Whether the reading lets it be sent again. */
const isRefusal = (reading: Read): boolean =>
  "setback" in reading || reading.answer.answer === "refused" || reading.answer.answer === "turned_away";

/** Whether the document still says that it was taken: it names what was taken, or has the code for it. */
const saysTaken = (text: string, names: readonly string[]): boolean => {
  const document = /^\s*\{/.test(text) ? saidBy(text) : null;
  if (document === null) return false;
  const top = Object.entries(JSON.parse(text.trim()) as object);
  const own = (name: string): unknown => top.find(([key]) => key === name)?.[1];
  return (
    own("ResponseCode") === "0" ||
    names.some((name) => typeof own(name) === "string" && /^[A-Za-z]/.test(String(own(name)).trim()))
  );
};

const http = (chance: Chance, body: string) => ({ status: STATUS[chance.between(0, STATUS.length - 1)] ?? 200, body });

const submit = (chance: Chance): Outcome => {
  const answer = http(chance, changeDocument(chance, ACCEPTED_PUSH));
  const reading = readSubmitAnswer(answer);
  const isTaken = answer.status === 200 && saysTaken(answer.body, []);
  return outcome(answer.body, false, { "a push that was taken is called refused": isTaken && isRefusal(reading) });
};

const sending = (chance: Chance): Outcome => {
  const answer = http(chance, changeDocument(chance, ACCEPTED_PAYOUT));
  const reading = readPayoutAnswer(answer);
  const isTaken = answer.status === 200 && saysTaken(answer.body, []);
  return outcome(answer.body, false, { "a payout that was taken is called refused": isTaken && isRefusal(reading) });
};

const query = (chance: Chance): Outcome => {
  const answer = http(chance, changeDocument(chance, QUERIES[chance.between(0, 1)] ?? QUERIES[0]));
  const reading = readQueryAnswer(answer, CHECKOUT);
  const credited = "answer" in reading && reading.answer.answer === "paid";
  const said = saidBy(answer.body) ?? [];
  const names = said
    .filter(({ name, value }) => name === "checkoutrequestid" && value !== "")
    .map(({ value }) => value);
  return outcome(answer.body, credited, {
    "paid without a result of 0": credited && !says(said, ["resultcode"], isZero),
    "paid by an answer about another push": credited && names.length > 0 && !names.includes(CHECKOUT),
    "paid by an error": credited && answer.status >= 400,
  });
};

const asking = (chance: Chance): Outcome => {
  const answer = http(chance, changeDocument(chance, ACCEPTED_PAYOUT));
  readAskAnswer(answer);
  return outcome(answer.body, false, {});
};

const pull = (chance: Chance): Outcome => {
  const answer = http(chance, changeDocument(chance, PULLED));
  readPullPage(answer);
  return outcome(answer.body, false, {});
};

const target = (name: string, run: Target["run"]): Target => ({ name, weight: 8, run });

export const ANSWER_TARGETS: readonly Target[] = [
  target("push answer", submit),
  target("payout answer", sending),
  target("query answer", query),
  target("question answer", asking),
  target("pull page", pull),
];
