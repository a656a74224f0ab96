/**
 * Every stage as somebody might deploy it, for commands that judge templates: with what only a deployer knows filled in,
 * without the functions' code, and in a directory that the caller takes away again.
 */
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { buildApp } from "../lib/app.ts";
import type { AppOptions } from "../lib/app.ts";
import { STAGES } from "../lib/stage.ts";
import type { StageName } from "../lib/stage.ts";

const SAID: Readonly<Record<StageName, AppOptions>> = {
  local: {},
  sandbox: { alarmEmail: "operations@example.org" },
  production: {
    apiDomain: "api.example.org",
    callbackDomain: "pay.example.org",
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    checkoutDomain: "lipa.example.org",
    checkoutCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    allowedOrigins: ["https://example.org"],
    alarmEmail: "operations@example.org",
    backupCopyTo: "arn:aws:backup:eu-west-1:444455556666:backup-vault:malipo",
  },
};

/** The apps by stage, synthesised below `directory`, each in a directory of its stage's name. */
export const exampleStages = (directory: string): ReadonlyMap<StageName, App> =>
  new Map(
    STAGES.map((stage) => {
      const app = buildApp({ ...SAID[stage], stage, bundling: false, outdir: join(directory, stage) });
      app.synth();
      return [stage, app];
    }),
  );
