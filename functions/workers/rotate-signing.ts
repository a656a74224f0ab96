/**
 * What is particular about rotating the signing secret: nothing has to be prepared, because both values are honoured. What
 * must stay true: an address or token of before the rotation is honoured after it, and the other way round is no concern,
 * because nobody signs with a value that is not in force.
 */
import { addressSecrets, callbackToken, CALLBACK_KINDS, checkCallbackToken } from "../daraja/callback-url.ts";
import { nextSigning } from "../domain/rotating.ts";
import { RotationRefused } from "./rotate-secret.ts";
import type { Rotor } from "./rotate-secret.ts";

const ID = "rotation";

export const signingRotor: Rotor = {
  next: nextSigning,
  prepare: () => Promise.resolve(),
  test: ({ now, next }) => {
    const dead = CALLBACK_KINDS.filter((kind) => {
      const token = callbackToken({ kind, id: ID, secret: addressSecrets(kind, now).signsWith });
      return !checkCallbackToken({ kind, id: ID, token, secrets: addressSecrets(kind, next).honoured });
    });
    return dead.length === 0
      ? Promise.resolve()
      : Promise.reject(new RotationRefused(`addresses of ${dead.join(", ")} would not be honoured any more`));
  },
};
