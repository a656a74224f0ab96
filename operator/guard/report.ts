/**
 * What a change board reads: first whether it may be deployed, then everything that would be lost and what to do instead,
 * then what somebody should look at, and at last how much changes without losing anything.
 */
import type { Excepted } from "./exceptions.ts";
import type { Refusal, Warning } from "./finding.ts";
import type { Verdict } from "./judge.ts";

export interface Judged extends Omit<Verdict, "refusals">, Excepted {
  /** Its name, and where it stands if that is known. */
  readonly stage: string;
}

/** More lines of one kind than a person reads. */
const SHOWN = 60;

const capped = (lines: readonly string[]): readonly string[] =>
  lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more`];

const place = ({ stack, resource }: { readonly stack: string; readonly resource: string }): string =>
  `${stack}  ${resource}`;

const ofRefusal = (refusal: Refusal, index: number): readonly string[] => [
  `  ${index + 1}. ${place(refusal)}  (${refusal.type})`,
  `     happens  ${refusal.property === null ? "" : `${refusal.property}: `}${refusal.happens}`,
  `     lost     ${refusal.lost}`,
  `     do       ${refusal.instead}`,
];

const counted = (changes: number): string => `${changes} ${changes === 1 ? "change" : "changes"}`;

const headline = ({ stage, refusals, warnings, begun, tallies }: Judged): string => {
  if (refusals.length > 0) return `${stage}: REFUSED, ${counted(refusals.length)} would lose something or can't end.`;
  if (tallies.length === 0 && begun.length > 0) return `${stage}: may be deployed. Nothing of it stands there yet.`;
  if (tallies.length === 0) return `${stage}: nothing changes.`;
  const look = warnings.length === 0 ? "" : `; ${counted(warnings.length)} to look at`;
  return `${stage}: may be deployed, nothing is lost${look}.`;
};

const ofWarning = ({ says, ...where }: Warning): string => `  - ${place(where)}  ${says}`;

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", heading, ...lines];

export const report = (judged: Judged): readonly string[] => [
  headline(judged),
  ...section("REFUSED", judged.refusals.flatMap(ofRefusal)),
  ...section(
    "EXCEPTED, by somebody who said why",
    judged.excepted.map(
      ({ refusal, exception: { because, by, until } }) =>
        `  - ${place(refusal)}  ${refusal.happens} ${by}, until ${until}: ${because}`,
    ),
  ),
  ...section(
    "EXCEPTIONS that except nothing (take them out, or they are over)",
    judged.idle.map(({ until, deed, ...where }) => `  - ${place(where)}  ${deed}, until ${until}`),
  ),
  ...section("LOOK AT", capped(judged.warnings.map(ofWarning))),
  ...section("STACKS", [
    ...judged.begun.map((stack) => `  - ${stack} is new.`),
    ...judged.left.map(
      (stack) => `  - ${stack} is deployed and no longer made: it stays as it is until somebody deletes it.`,
    ),
  ]),
  ...section(
    "ALL CHANGES, by kind: made, changed, deleted",
    judged.tallies.map(
      ({ type, made, changed, deleted }) =>
        `  ${type.padEnd(44)}${String(made).padStart(5)}${String(changed).padStart(5)}${String(deleted).padStart(5)}`,
    ),
  ),
];
