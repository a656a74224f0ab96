/**
 * A copy of the tree to plant bugs in. What must stay true: nothing is ever planted in the tree itself, and a bug is gone
 * from the copy before the next one comes.
 */
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import type { Bug } from "./bugs.ts";
import { run } from "./programs.ts";
import type { Ended } from "./programs.ts";

/** What checks don't read; the packages are linked. */
const LEFT_OUT = new Set([".git", ".cache", ".data", "node_modules", "cdk.out", "coverage", "reports", ".stryker-tmp"]);

const PATCH_LIMIT_MS = 20_000;

export interface Scratch {
  readonly root: string;
  /** Throws when the patch does not apply. */
  plant(bug: Bug): Promise<void>;
  /** Takes it out again. */
  pull(bug: Bug): Promise<void>;
  remove(): Promise<void>;
}

/** Asks `git apply`, which needs no repository; one around the folder would have it leave files out in silence. */
export const gitApply = (root: string, args: readonly string[]): Promise<Ended> =>
  run({
    file: "git",
    args: ["apply", "--whitespace=nowarn", ...args],
    cwd: root,
    env: { GIT_CEILING_DIRECTORIES: dirname(root) },
    limitMs: PATCH_LIMIT_MS,
  });

const applied = async (root: string, args: readonly string[], { patch }: Bug): Promise<void> => {
  const { code, said } = await gitApply(root, [...args, patch]);
  if (code !== 0) throw new Error(`${patch} does not apply; make it anew for the code as it is: ${said.trim()}`);
};

/** Copies the tree at `source`. */
export const createScratch = async (source: string): Promise<Scratch> => {
  const root = await mkdtemp(join(tmpdir(), "malipo-planted-"));
  const isWanted = (path: string): boolean => !LEFT_OUT.has(relative(source, path).split(sep)[0] ?? "");
  await cp(source, root, { recursive: true, filter: isWanted });
  await symlink(join(source, "node_modules"), join(root, "node_modules"), "dir");
  return {
    root,
    plant: (bug) => applied(root, [], bug),
    pull: (bug) => applied(root, ["--reverse"], bug),
    remove: () => rm(root, { recursive: true, force: true }),
  };
};
