/** `npm run pages`: publishes the pages of a deployed stage. Composition only. */
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CHECKOUT_PREFIX, DOCS_PREFIX } from "../lib/page-headers.ts";
import { buildCheckout } from "../web/checkout/build.ts";
import { buildDocs } from "../web/docs/build.ts";
import { pagesCommand } from "./pages-command.ts";
import type { BuiltFile, PagesDeps, Upload } from "./pages-command.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const checkout = async (): Promise<readonly BuiltFile[]> => {
  const directory = await mkdtemp(path.join(tmpdir(), "malipo-pages-"));
  try {
    await buildCheckout(directory);
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    return await Promise.all(
      files.map(async (file) => ({
        name: `${CHECKOUT_PREFIX}${path.relative(directory, file).replaceAll(path.sep, "/")}`,
        body: await readFile(file),
      })),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const docs = async (apiBaseUrl: string): Promise<readonly BuiltFile[]> =>
  (await buildDocs({ apiBaseUrl })).map(({ name, body }) => ({ name: `${DOCS_PREFIX}${name}`, body }));

const build: PagesDeps["build"] = async ({ apiBaseUrl }) => [...(await checkout()), ...(await docs(apiBaseUrl))];

const run = (): Promise<void> => {
  const s3 = new S3Client({});
  const upload = async ({ bucket, key, body, type, caching }: Upload): Promise<void> => {
    const request = { Bucket: bucket, Key: key, Body: body, ContentType: type, CacheControl: caching };
    await s3.send(new PutObjectCommand(request));
  };
  const deps = {
    stacks: cloudFormationStacks(new CloudFormationClient({})),
    terminal: processTerminal,
    build,
    upload,
  };
  return pagesCommand(deps, process.argv.slice(2));
};

process.exitCode = await toExitStatus(processTerminal, run);
