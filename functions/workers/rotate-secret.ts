/**
 * Rotates a secret that the stage made for itself, in the four steps that Secrets Manager asks for. What must stay true:
 * every step may be repeated, and run twice at once; nothing is in force before it was tested against what is in force at
 * that moment; a version that is not pending any more is left alone; nothing that was made under the value in force dies.
 */
import type { Clock } from "../domain/clock.ts";
import { follows, Signing } from "../domain/rotating.ts";
import type { Log } from "../runtime/logger.ts";
import type { RotationStep } from "../runtime/rotation.ts";
import { CURRENT, PENDING } from "../runtime/secret-versions.ts";
import type { SecretVersion, SecretVersions } from "../runtime/secret-versions.ts";

/** The value in force and the one that is to follow it. */
export interface Change {
  readonly now: Signing;
  readonly next: Signing;
}

/** What is particular about one secret. */
export interface Rotor {
  readonly next: (now: Signing, fresh: string) => Signing;
  /** Makes everything that is known under `now` known under `next` as well. Safe to repeat. */
  readonly prepare: (change: Change) => Promise<void>;
  /** Rejects unless everything that is known under `now` is known under `next`. */
  readonly test: (change: Change) => Promise<void>;
}

export interface RotateSecretDeps {
  readonly versions: SecretVersions;
  /** By ARN; null for a secret that is none of this function's. */
  readonly rotorOf: (secret: string) => Rotor | null;
  readonly newValue: () => string;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
}

/** The rotation can't go on; the message says why and what to do. What is in force stays as it is. */
export class RotationRefused extends Error {
  override readonly name = "RotationRefused";
}

/**
 * How long a value is honoured at the least: a rotation drops the one before the value in force, and M-PESA may call back
 * days later at an address that was signed with it.
 */
export const HONOURED_MS = 7 * 86_400_000;

const valueOf = ({ text }: SecretVersion, which: string): Signing => {
  const parsed = Signing.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new RotationRefused(`the ${which} version holds nothing usable; see the runbook, rotate-secret errors`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

interface Turn extends RotationStep {
  readonly rotor: Rotor;
}

const inForce = async ({ versions }: RotateSecretDeps, { secret }: Turn): Promise<SecretVersion> => {
  const current = await versions.read(secret);
  if (current === null) throw new RotationRefused("no version is in force; deploy the stage again");
  return current;
};

const create = async (deps: RotateSecretDeps, turn: Turn): Promise<void> => {
  if ((await deps.versions.read(turn.secret, turn.version)) !== null) return;
  const current = await inForce(deps, turn);
  const now = valueOf(current, "current");
  const age = deps.clock.now() - current.madeAt;
  if (now.previous !== undefined && age < HONOURED_MS)
    throw new RotationRefused(
      "the value before this one is still honoured, because the last rotation was less than seven days ago: rotate later",
    );
  await deps.versions.fill(turn.secret, turn.version, JSON.stringify(turn.rotor.next(now, deps.newValue())));
};

/** What the step is about; null in a rehearsal, where the pending version is empty or as the one in force. */
const changeOf = async (
  deps: RotateSecretDeps,
  turn: Turn,
): Promise<{ readonly from: string; readonly change: Change } | null> => {
  const current = await inForce(deps, turn);
  const pending = await deps.versions.read(turn.secret, turn.version);
  if (pending === null || pending.text === current.text) return null;
  const change = { now: valueOf(current, "current"), next: valueOf(pending, "pending") };
  if (follows(change.next, change.now)) return { from: current.id, change };
  throw new RotationRefused(
    "the pending version does not follow the one in force, which has changed meanwhile: take the label AWSPENDING off it and rotate again",
  );
};

const finish = async (deps: RotateSecretDeps, turn: Turn): Promise<void> => {
  const found = await changeOf(deps, turn);
  if (found === null) throw new RotationRefused("the pending version has no value of its own: rotate again");
  // Nobody tells this step that the test was run, nor what was made since.
  await turn.rotor.test(found.change);
  if (await deps.versions.promote(turn.secret, found.from, turn.version)) return;
  if (await isInForce(deps, turn)) return;
  throw new RotationRefused("another version came into force meanwhile: rotate again");
};

const labelsOf = async ({ versions }: RotateSecretDeps, { secret, version }: Turn): Promise<readonly string[]> => {
  const labels = (await versions.labels(secret)).get(version);
  if (labels !== undefined) return labels;
  throw new RotationRefused("the secret has no such version; only Secrets Manager begins a rotation");
};

const isInForce = async (deps: RotateSecretDeps, turn: Turn): Promise<boolean> =>
  (await labelsOf(deps, turn)).includes(CURRENT);

const STEPS: Readonly<Record<RotationStep["step"], (deps: RotateSecretDeps, turn: Turn) => Promise<void>>> = {
  createSecret: create,
  setSecret: async (deps, turn) => {
    const found = await changeOf(deps, turn);
    if (found !== null) await turn.rotor.prepare(found.change);
  },
  testSecret: async (deps, turn) => {
    const found = await changeOf(deps, turn);
    if (found !== null) await turn.rotor.test(found.change);
  },
  finishSecret: finish,
};

/** Does one step. @throws RotationRefused when it can't be done; Secrets Manager begins again, and the alarm rings. */
export const rotateSecret =
  (deps: RotateSecretDeps) =>
  async (asked: RotationStep): Promise<void> => {
    const { step, secret } = asked;
    const rotor = deps.rotorOf(secret);
    if (rotor === null) throw new RotationRefused("this function does not rotate that secret");
    const turn = { ...asked, rotor };
    const labels = await labelsOf(deps, turn);
    if (labels.includes(CURRENT) || !labels.includes(PENDING)) {
      deps.log.warn("rotation.not_pending", { step, arn: secret });
      return;
    }
    await STEPS[step](deps, turn);
    deps.log.info("rotation.stepped", { step, arn: secret });
  };
