/** A log that is looked at for phone numbers as it is written. */
import { maskDeep } from "../../../functions/domain/deep-masking.ts";
import type { Log, LogFacts } from "../../../functions/runtime/logger.ts";

/** What tells one of `phones` is added to `wrong`. */
export const watchedLog = (phones: readonly string[], wrong: string[]): Log => {
  const log = (code: string, facts: LogFacts = {}): void => {
    const tells = (line: string): boolean => phones.some((phone) => line.includes(phone));
    // Masking sits under the logger (runtime/logger.ts); what has nothing to mask is not masked here, for speed.
    if (tells(JSON.stringify(facts)) && tells(JSON.stringify(maskDeep(facts))))
      wrong.push(`the log line ${code} tells a phone number`);
  };
  return { debug: log, info: log, warn: log, error: log };
};
