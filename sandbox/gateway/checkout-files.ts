/**
 * The checkout page's files, as CloudFront would serve them: built from the tree when somebody first asks for one, and kept
 * for the next sandbox under the digest of what they were built from.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { CHECKOUT_PREFIX, fileOfAddress } from "../../lib/page-headers.ts";
import type { GatewayAnswer } from "../aws/rest-api/exchange.ts";
import { pageAnswer } from "./page-answer.ts";

const SOURCES = ["checkout", "button"].map((name) => fileURLToPath(new URL(`../../web/${name}/`, import.meta.url)));
const LOCK = fileURLToPath(new URL("../../package-lock.json", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.cache/checkout/", import.meta.url));

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

const digestOfSources = (): string => {
  const hash = createHash("sha256");
  for (const file of [...SOURCES.flatMap(filesBelow), LOCK]) hash.update(file).update("\0").update(readFileSync(file));
  return hash.digest("hex").slice(0, 32);
};

/** The directory of the built page. Two sandboxes may build at once: each moves a whole page into place, or finds one. */
const built = async (): Promise<string> => {
  const place = path.join(CACHE, digestOfSources());
  if (existsSync(place)) return place;
  const { buildCheckout } = await import("../../web/checkout/build.ts");
  const made = path.join(CACHE, `making-${randomUUID()}`);
  mkdirSync(made, { recursive: true });
  await buildCheckout(made);
  try {
    renameSync(made, place);
  } catch (fault) {
    if (!existsSync(place)) throw fault;
  }
  return place;
};

type Files = ReadonlyMap<string, GatewayAnswer>;

const answer = (directory: string, file: string): readonly [string, GatewayAnswer] => {
  const address = `/${CHECKOUT_PREFIX}${path.relative(directory, file).replaceAll(path.sep, "/")}`;
  return [address, pageAnswer(address, readFileSync(file))];
};

const read = async (): Promise<Files> => {
  const directory = await built();
  return new Map(filesBelow(directory).map((file) => answer(directory, file)));
};

/** Answers for everything below `/checkout/`; null for other paths and for files that the page does not have. */
export const createCheckoutFiles = (): ((address: string) => Promise<GatewayAnswer | null>) => {
  let files: Promise<Files> | undefined;
  return async (address) => {
    if (!address.startsWith(`/${CHECKOUT_PREFIX}`)) return null;
    const known = await (files ??= read());
    return known.get(fileOfAddress(address)) ?? null;
  };
};
