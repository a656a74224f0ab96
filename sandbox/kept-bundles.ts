/**
 * Bundles that are kept between two starts of the sandbox: bundling is most of a start, and mostly nothing has changed.
 * What must stay true: a bundle is taken only if every source, every package and the way of bundling are the same to the
 * byte; one that can't be read is made again.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIRECTORY = path.join(ROOT, ".cache/bundles");
/** All that a bundle is made of and made by. */
const SOURCES = ["functions", "lib/constructs"];
const PACKAGES = ["package-lock.json", "package.json", "tsconfig.json"];
/** Kept at a time: the newest for each of a few working trees' states. */
const MOST_KEPT = 4;
const FASTEST = 1;

type Texts = ReadonlyMap<string, string>;
const Kept = z.array(z.tuple([z.string(), z.string()]));

const filesOf = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));

/** Names all that the bundles depend on: the files by content, the packages by the lock file. */
const nameOf = (): string => {
  const hash = createHash("sha256");
  for (const file of [...SOURCES.flatMap(filesOf).sort(), ...PACKAGES])
    hash.update(`${file}\0`).update(
      createHash("sha256")
        .update(readFileSync(path.join(ROOT, file)))
        .digest(),
    );
  return hash.digest("hex");
};

const read = (file: string): Texts | null => {
  try {
    return new Map(Kept.parse(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"))));
  } catch {
    return null;
  }
};

/** Written aside and moved into place, so that nobody ever reads half of it. */
const write = (file: string, texts: Texts): void => {
  mkdirSync(DIRECTORY, { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  writeFileSync(aside, gzipSync(JSON.stringify([...texts]), { level: FASTEST }));
  renameSync(aside, file);
};

const forgetOthers = (name: string): void => {
  const others = readdirSync(DIRECTORY).filter((file) => !file.startsWith(name));
  for (const file of others.slice(0, Math.max(0, others.length - MOST_KEPT + 1)))
    rmSync(path.join(DIRECTORY, file), { force: true });
};

/** The bundles of the sources as they are, made by `make` if nobody has kept them. */
export const keptBundles = (make: () => Texts): Texts => {
  const name = nameOf();
  const file = path.join(DIRECTORY, `${name}.json.gz`);
  const known = read(file);
  if (known !== null) return known;
  const made = make();
  write(file, made);
  forgetOthers(name);
  return made;
};
