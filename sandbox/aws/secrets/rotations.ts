/**
 * Rotation, as Secrets Manager carries it out: an empty version gets the label AWSPENDING, then the secret's function is
 * called for each of the four steps. A rotation of which a step failed is begun again from its first step, a few times; then
 * whoever asks for the next one has it begun again.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { InvokeResult } from "../../lambda/instance.ts";
import type { Secret, SecretStore } from "./secret-store.ts";

const PENDING = "AWSPENDING";
const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

type Rotator = { invoke(event: unknown): Promise<InvokeResult> };

export type Rotations = {
  /** Says which function rotates a secret. */
  connect(arn: string, rotator: Rotator): void;
  /** Begins a rotation to the version of that id and does not wait for it. A sentence when it can't. */
  begin(secret: Secret, version: string): string | null;
};

export type RotationsOptions = {
  readonly store: SecretStore;
  readonly onTrouble: (name: string, sentence: string) => void;
  /** How long to wait before it is begun again for the first time, the second, ... */
  readonly retryDelaysMs: readonly number[];
};

export const createRotations = ({ store, onTrouble, retryDelaysMs }: RotationsOptions): Rotations => {
  const rotators = new Map<string, Rotator>();
  const running = new Set<string>();

  const goThrough = async ({ arn, name }: Secret, rotator: Rotator, version: string): Promise<boolean> => {
    for (const Step of STEPS) {
      const result = await rotator.invoke({ Step, SecretId: arn, ClientRequestToken: version });
      if (result.ok) continue;
      onTrouble(name, `Its rotation failed in ${Step}: ${result.error.errorMessage}`);
      return false;
    }
    return true;
  };

  const run = async (secret: Secret, rotator: Rotator, version: string): Promise<void> => {
    running.add(secret.arn);
    let done = await goThrough(secret, rotator, version);
    for (const delay of done ? [] : retryDelaysMs) {
      await wait(delay, null, { ref: false });
      done = await goThrough(secret, rotator, version);
      if (done) break;
    }
    running.delete(secret.arn);
  };

  return {
    connect: (arn, rotator) => void rotators.set(arn, rotator),
    begin(secret, version) {
      const rotator = rotators.get(secret.arn);
      if (rotator === undefined) return "No Lambda rotation function ARN is associated with this secret.";
      const pending = secret.versions.find(({ stages }) => stages.includes(PENDING) && !stages.includes("AWSCURRENT"));
      if (pending !== undefined) {
        if (!running.has(secret.arn)) void run(secret, rotator, pending.id);
        return "A previous rotation isn't complete. That rotation will be reattempted.";
      }
      store.put(secret, { id: version, value: null, stages: [PENDING] });
      void run(secret, rotator, version);
      return null;
    },
  };
};
