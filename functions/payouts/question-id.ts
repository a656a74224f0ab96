/** Names of balance questions: random, because nothing is derived from a question. */
import { ID_ALPHABET, randomId } from "../domain/ids.ts";

/** Bytes that make one, and the characters that they become. */
const BYTES = 16;
const LENGTH = 26;
const QUESTION_ID = new RegExp(`^bal_[${ID_ALPHABET}]{${LENGTH}}$`);

/** A new name, out of a source of random bytes. */
export const newQuestionId = (randomBytes: (size: number) => Uint8Array): string => randomId("bal", randomBytes(BYTES));

/** Whether the text has the form of a balance question's name. */
export const isQuestionId = (text: string): boolean => QUESTION_ID.test(text);
