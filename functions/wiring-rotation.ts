/** The composition root of what rotates the stage's own secrets: see wiring.ts, which it stands on. */
import { randomBytes, randomUUID } from "node:crypto";
import { env } from "./runtime/env.ts";
import { lazy } from "./runtime/lazy.ts";
import { createSecretVersions } from "./runtime/secret-versions.ts";
import { createKeySpreader } from "./store/spread-keys.ts";
import { dynamo, random, wait } from "./wiring.ts";
import { pepperRotor } from "./workers/rotate-pepper.ts";
import type { Rotor } from "./workers/rotate-secret.ts";
import { signingRotor } from "./workers/rotate-signing.ts";

/** 384 bits, as many characters as the value that the stage began with. */
const VALUE_BYTES = 48;

export const newSecretValue = (): string => randomBytes(VALUE_BYTES).toString("base64url");

export const secretVersions = /* @__PURE__ */ lazy(() => createSecretVersions());

const spread = /* @__PURE__ */ lazy(() =>
  createKeySpreader({ dynamo: dynamo(), table: env.directoryTable(), newToken: randomUUID, wait, random }),
);

/** How a secret is rotated; null for one that is none of the two. */
export const rotorOf = (secret: string): Rotor | null => {
  if (secret === env.signingSecret()) return signingRotor;
  return secret === env.pepperSecret() ? pepperRotor(spread()) : null;
};
