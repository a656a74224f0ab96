/** A file of the pages as CloudFront would send it: its type, how long it may be kept, and its policy. */
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
