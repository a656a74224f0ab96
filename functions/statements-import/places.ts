/**
 * Where a statement's files lie. What must stay true: what is uploaded and what is kept never share a name, and lines of
 * two files never overwrite each other, even when both were uploaded for one statement.
 */
import { createHash } from "node:crypto";
import { isStatementId } from "../domain/ids.ts";

const UPLOADS = "uploads/statements/";

/** Key that a statement's file is to be uploaded to. */
export const uploadKey = (id: string): string => `${UPLOADS}${id}`;

/** The statement that an uploaded file is for; null for a key that nobody handed out. */
export const statementOfUpload = (key: string): string | null => {
  const id = key.startsWith(UPLOADS) ? key.slice(UPLOADS.length) : "";
  return isStatementId(id) ? id : null;
};

/** Key of the lines of the file that the bucket knows by `tag`. */
export const linesKey = ({ shortcode, id, tag }: Readonly<Record<"shortcode" | "id" | "tag", string>>): string =>
  `statements/${shortcode}/${id}/lines-${createHash("sha256").update(tag).digest("hex")}.ndjson.gz`;
