/**
 * What is particular about rotating the pepper: keys lie under their hash, so each has to lie under the next one before
 * that is in force. What must stay true: a key that nobody has used for years outlives any number of rotations.
 */
import { nextPepper } from "../domain/rotating.ts";
import type { KeySpreader } from "../store/spread-keys.ts";
import type { Change, Rotor } from "./rotate-secret.ts";

export const pepperRotor = (spread: KeySpreader): Rotor => {
  const underBoth = async ({ now, next }: Change): Promise<void> => {
    await spread({ now, next: next.current });
  };
  // Keys may be made between the steps: who tests adds what is missing, and a key that can't be added fails the test.
  return { next: nextPepper, prepare: underBoth, test: underBoth };
};
