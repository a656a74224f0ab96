/** A file of the pages as CloudFront would send it: its type, how long it may be kept, and its policy. */
import { brotliCompressSync, constants } from "node:zlib";
import { PERMISSIONS_POLICY, cachingOf, policyOf, typeOfFile } from "../../lib/page-headers.ts";
import type { GatewayAnswer } from "../aws/rest-api/exchange.ts";

/** `file` is the address of the file itself, such as `/docs/index.html`. */
export const pageAnswer = (file: string, body: Buffer): GatewayAnswer => ({
  status: 200,
  headers: [
    ["content-type", typeOfFile(file) ?? "application/octet-stream"],
    ["cache-control", cachingOf(file)],
    ["content-security-policy", policyOf(file)],
    ["permissions-policy", PERMISSIONS_POLICY],
    ["referrer-policy", "no-referrer"],
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
  ],
  body,
});

/** CloudFront leaves smaller files as they are. */
const WORTH_IT_BYTES = 1_000;
/** CloudFront's own choice between small and soon. */
const QUALITY = 5;

const squeezed = new WeakMap<Buffer, Buffer>();

const squeeze = (body: Buffer): Buffer => {
  const known = squeezed.get(body);
  if (known !== undefined) return known;
  const made = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  squeezed.set(body, made);
  return made;
};

/** The file as it goes to somebody who reads these encodings: compressed where that helps, once for all who ask. */
export const compressed = (answer: GatewayAnswer, acceptEncoding: string | undefined): GatewayAnswer => {
  const isWelcome = (acceptEncoding ?? "").split(",").some((encoding) => encoding.trim() === "br");
  if (!isWelcome || answer.body.length < WORTH_IT_BYTES) return answer;
  const headers = [...answer.headers, ["content-encoding", "br"], ["vary", "accept-encoding"]] as const;
  return { ...answer, headers, body: squeeze(answer.body) };
};
