/** A statement's bytes as text. */
import { plainText } from "../domain/plain-text.ts";
import { StatementRefused } from "./statement-refused.ts";

const noText = (): Error =>
  new StatementRefused(
    "unreadable",
    "The file is not plain text. Export the statement from the portal again, as CSV or XLSX, and send that file as it is.",
  );

/** The text in order; the first chunk must be long enough to hold a byte order mark. Throws StatementRefused. */
export const readText = (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> =>
  plainText(chunks, noText);
