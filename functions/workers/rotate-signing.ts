/**
 * What is particular about rotating the signing secret: nothing has to be prepared, because the value that comes into force
 * was drawn by the rotation before, and everybody honours it since. What must stay true: what was signed before the rotation
 * is honoured after it, and what is signed after it by whoever still goes by the secret of before.
 */
import { addressSecrets, callbackToken, CALLBACK_KINDS, checkCallbackToken } from "../daraja/callback-url.ts";
import type { CallbackKind } from "../daraja/callback-url.ts";
import { nextSigning } from "../domain/rotating.ts";
import type { Signing } from "../domain/rotating.ts";
import { RotationRefused } from "./rotate-secret.ts";
import type { Rotor } from "./rotate-secret.ts";

const ID = "rotation";

export const signingRotor: Rotor = {
  next: nextSigning,
  prepare: () => Promise.resolve(),
  test: ({ now, next }) => {
    const isHonoured = (kind: CallbackKind, signing: Signing, by: Signing): boolean => {
      const token = callbackToken({ kind, id: ID, secret: addressSecrets(kind, signing).signsWith });
      return checkCallbackToken({ kind, id: ID, token, secrets: addressSecrets(kind, by).honoured });
    };
    const dead = CALLBACK_KINDS.filter((kind) => !isHonoured(kind, now, next) || !isHonoured(kind, next, now));
    return dead.length === 0
      ? Promise.resolve()
      : Promise.reject(new RotationRefused(`addresses of ${dead.join(", ")} would not be honoured any more`));
  },
};
