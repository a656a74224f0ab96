/** Headers that a signed address asks for in its answer, such as the name under which a browser saves the file. */
import type { S3Request } from "../door/s3-operation.ts";
import { s3Operation, s3Target } from "../door/s3-operation.ts";
import type { Headers } from "./cors.ts";

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;

/** None for anything but reading an object. */
export const askedHeaders = (request: S3Request): Headers => {
  if (s3Operation(request) !== "GetObject") return {};
  const { query } = s3Target(request.url);
  const asked = OVERRIDES.map((name) => [name, query.get(`response-${name}`)] as const);
  return Object.fromEntries(asked.filter((pair): pair is [(typeof OVERRIDES)[number], string] => pair[1] !== null));
};
