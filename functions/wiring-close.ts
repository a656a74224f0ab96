/** The composition root of what asks for days and reads them: see wiring.ts, which it stands on. */
import { PasswordSince } from "./daraja/password-age.ts";
import { ownerOfShortcode } from "./domain/routing.ts";
import { env } from "./runtime/env.ts";
import { createFiles, createS3 } from "./runtime/files.ts";
import { lazy } from "./runtime/lazy.ts";
import { createQueue } from "./runtime/queue.ts";
import { secret } from "./runtime/secrets.ts";
import { createDayLedger } from "./store/dynamo-days.ts";
import { clock, darajaCredentials, directory, ledgerDeps, random, sqs, wait } from "./wiring.ts";

const s3 = /* @__PURE__ */ lazy(createS3);

export const dayQueue = /* @__PURE__ */ createQueue({ sqs, url: env.dayQueue, wait, random });
export const dayLedger = /* @__PURE__ */ lazy(() => createDayLedger(ledgerDeps()));
export const reportFiles = /* @__PURE__ */ createFiles({ s3, bucket: env.filesBucket });

const passwordSince = /* @__PURE__ */ lazy(() => secret({ arn: env.darajaSecret, schema: PasswordSince, clock }));
/** Since when the API operator's password is what it is. */
export const operatorPassword = (): Promise<PasswordSince> => passwordSince()();

/** The number that closed days are kept under: a till's days are those of its store number. Null for a stranger's. */
export const shortcodeFor = async (asked: string | undefined): Promise<string | null> => {
  const { shortcode, receiver } = await darajaCredentials();
  return asked === undefined || asked === shortcode || asked === receiver ? shortcode : null;
};

export const ownerOf = async (shortcode: string): Promise<string | null> =>
  ownerOfShortcode(await directory().storefronts(), shortcode);
