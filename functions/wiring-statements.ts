/** The composition root of statements: see wiring.ts, which it stands on. */
import { randomBytes } from "node:crypto";
import { randomId } from "./domain/ids.ts";
import { ownAccount } from "./reconciliation/accounts.ts";
import { env } from "./runtime/env.ts";
import { createFiles, createS3 } from "./runtime/files.ts";
import { createLargeFiles } from "./runtime/large-files.ts";
import { lazy } from "./runtime/lazy.ts";
import { announce } from "./statements-import/announce.ts";
import { importStatement } from "./statements-import/import-statement.ts";
import { createStatementLedger } from "./store/dynamo-statements.ts";
import { clock, darajaCredentials, exceptions, ledgerDeps, log } from "./wiring.ts";
import { dayQueue, ownerOf } from "./wiring-close.ts";

const s3 = /* @__PURE__ */ lazy(createS3);
const largeFiles = /* @__PURE__ */ createLargeFiles({ s3, bucket: env.filesBucket });

export const files = /* @__PURE__ */ createFiles({ s3, bucket: env.filesBucket });
export const statements = /* @__PURE__ */ lazy(() => createStatementLedger(ledgerDeps()));
export const newStatementId = (): string => randomId("stm", randomBytes(16));

/** What the portal may call the business: of a till, the store number or the till itself. */
export const shortcodes = async (): Promise<readonly string[]> => {
  const { shortcode, receiver } = await darajaCredentials();
  return [...new Set([shortcode, receiver])];
};

/** The storefront whose days statements settle: closing a day takes the same one. */
export const owner = async (): Promise<string | null> => ownerOf((await darajaCredentials()).shortcode);

export const takeStatement = /* @__PURE__ */ lazy(() =>
  importStatement({
    files: largeFiles,
    statements: statements(),
    announce: announce({ statements: statements(), exceptions: exceptions(), dayQueue, clock }),
    shortcodes,
    owner,
    accountOf: ownAccount,
    clock,
    log,
  }),
);
