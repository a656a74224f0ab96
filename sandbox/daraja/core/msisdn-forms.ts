/**
 * The forms in which M-PESA writes a payer's number. Only one of them is the number itself.
 */
import { createHash } from "node:crypto";

/** `by_version` is what the registration's version has: v1 hashes, v2 masks. */
export const msisdnForms = ["by_version", "masked_spaces", "masked_stars", "sha256", "mixed", "plain"] as const;
type MsisdnForms = (typeof msisdnForms)[number];
export type MsisdnForm = Exclude<MsisdnForms, "by_version">;

const sha256 = (msisdn: string): string => createHash("sha256").update(msisdn).digest("hex");

export const writeMsisdn: Record<MsisdnForm, (msisdn: string) => string> = {
  masked_spaces: (msisdn) => `${msisdn.slice(0, 4)} ***** ${msisdn.slice(-3)}`,
  masked_stars: (msisdn) => `${msisdn.slice(0, 5)}****${msisdn.slice(-3)}`,
  sha256,
  /** A hash that went through the mask as well, as tills have shown it. */
  mixed: (msisdn) => `${sha256(msisdn).slice(0, 28)} ***** ${sha256(msisdn).slice(-31)}`,
  plain: (msisdn) => msisdn,
};

export const msisdnForm = (form: MsisdnForms, version: "v1" | "v2"): MsisdnForm =>
  form !== "by_version" ? form : version === "v1" ? "sha256" : "masked_spaces";
