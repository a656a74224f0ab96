/**
 * The versions and staging labels of secrets, by Secrets Manager's rules: AWSCURRENT is on exactly one version, moving it
 * puts AWSPREVIOUS on the one it left, and a version without labels is gone.
 */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";

/** A version whose value is null has been begun by a rotation and waits for its value. */
const Version = z.object({
  id: z.string(),
  value: z.string().nullable(),
  stages: z.array(z.string()),
  createdAt: z.number(),
});
const Secret = z.object({ arn: z.string(), name: z.string(), versions: z.array(Version) });

export type SecretVersion = z.infer<typeof Version>;
export type Secret = z.infer<typeof Secret>;

export type SecretStore = {
  /** Makes the secret if it is not there; a value that is there (of an earlier run) is kept. */
  ensure(secret: { arn: string; name: string }, firstValue: () => string | null): void;
  /** By ARN or name. */
  find(idOrName: string): Secret | null;
  /** A new version, or the value of one that waits for it. */
  put(secret: Secret, version: Omit<SecretVersion, "createdAt">): void;
  moveStage(secret: Secret, move: { stage: string; from: string | null; to: string | null }): void;
};

export type SecretStoreOptions = {
  readonly now: () => number;
  readonly newId: () => string;
  /** A file that outlives the process; without it secrets live in memory. */
  readonly file?: string;
};

const MAX_VERSIONS = 100;

export const createSecretStore = ({ now, newId, file }: SecretStoreOptions): SecretStore => {
  const secrets: Secret[] = file === undefined ? [] : load(file);
  const save = (): void => {
    if (file !== undefined) store(file, secrets);
  };
  const find = (idOrName: string): Secret | null =>
    secrets.find(({ arn, name }) => arn === idOrName || name === idOrName) ?? null;

  const put: SecretStore["put"] = (secret, { id, value, stages }) => {
    const waiting = secret.versions.find((version) => version.id === id);
    if (waiting === undefined) secret.versions.push({ id, value, stages: [], createdAt: now() });
    else Object.assign(waiting, { value, createdAt: now() });
    for (const stage of stages) relabel(secret, { stage, to: id });
    prune(secret);
    save();
  };
  return {
    find,
    put,
    ensure({ arn, name }, firstValue) {
      if (find(arn) !== null) return;
      const secret: Secret = { arn, name, versions: [] };
      secrets.push(secret);
      const value = firstValue();
      if (value !== null) put(secret, { id: newId(), value, stages: ["AWSCURRENT"] });
    },
    moveStage(secret, { stage, from, to }) {
      if (to !== null) relabel(secret, { stage, to });
      else unlabel(secret, stage, from);
      prune(secret);
      save();
    },
  };
};

const relabel = (secret: Secret, { stage, to }: { stage: string; to: string }): void => {
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  unlabel(secret, stage, null);
  secret.versions.find(({ id }) => id === to)?.stages.push(stage);
  if (stage === "AWSCURRENT" && holder !== undefined && holder.id !== to)
    relabel(secret, { stage: "AWSPREVIOUS", to: holder.id });
};

const unlabel = (secret: Secret, stage: string, from: string | null): void => {
  for (const version of secret.versions) {
    if (from === null || version.id === from) version.stages = version.stages.filter((label) => label !== stage);
  }
};

const prune = (secret: Secret): void => {
  secret.versions = secret.versions.filter(({ stages }) => stages.length > 0).slice(-MAX_VERSIONS);
};

const load = (file: string): Secret[] =>
  existsSync(file) ? z.array(Secret).parse(JSON.parse(readFileSync(file, "utf8"))) : [];

/** Replaces the file in one step, readable by its owner alone. */
const store = (file: string, secrets: readonly Secret[]): void => {
  writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
};
