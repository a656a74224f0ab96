/**
 * How a command says no. What must stay true: every message says what happened and what to do, and none carries a
 * secret, whatever AWS or a pipe said.
 */
import { maskText } from "../functions/domain/masking.ts";

/** The command was called wrongly; nothing was tried. Exit status 2. */
export class CalledWrongly extends Error {
  override readonly name = "CalledWrongly";
}

/** The command could not do it, or not all of it; the message says what is left to do. Exit status 1. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}

/** Faults of the AWS SDK that a person can mend, by name. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: "No AWS credentials were found: sign in, or choose a profile with AWS_PROFILE.",
  ExpiredToken: "The AWS credentials have expired: sign in again.",
  ExpiredTokenException: "The AWS credentials have expired: sign in again.",
  InvalidClientTokenId: "AWS does not know these credentials: sign in again, or choose another profile.",
  UnrecognizedClientException: "AWS does not know these credentials: sign in again, or choose another profile.",
  AccessDenied: "Your AWS identity may not do this: ask for the permission that the message names.",
  AccessDeniedException: "Your AWS identity may not do this: ask for the permission that the message names.",
};

const LONGEST = 300;

/** One sentence about a fault that no command foresaw, masked, with what a person can do about it. */
export const explain = (fault: unknown): string => {
  if (!(fault instanceof Error)) return "Something failed without saying what.";
  const said = maskText(fault.message).slice(0, LONGEST);
  if (fault.message.startsWith("Region is missing"))
    return "No AWS region was chosen: set AWS_REGION, or choose a profile.";
  const advice = ADVICE[fault.name];
  return advice === undefined ? `${fault.name}: ${said}` : `${advice} (${fault.name}: ${said})`;
};
