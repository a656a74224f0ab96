/**
 * The API users of the organisation: who may ask for payouts, reversals, statuses and balances, with which password. Wrong
 * passwords lock an initiator, and a locked one stays locked for every shortcode and every caller until a person
 * unlocks it, which is why a client must never retry its way into that.
 */
import * as z from "zod";
import * as results from "./mpesa-results.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import type { createCredentialReader } from "./security-credential.ts";
import type { Switches } from "./switches.ts";

/**
 * In the organisation portal: ORG B2C API Initiator, Transaction Status query ORG API, Balance Query ORG API, Org
 * Reversals Initiator.
 */
export const Role = z.enum(["b2c", "status", "balance", "reversal"]);
export type Role = z.infer<typeof Role>;

export type InitiatorSeed = { readonly name: string; readonly password: string };

/** Safaricom's published sandbox constants. */
export const sandboxInitiator: InitiatorSeed = { name: "testapi", password: "Safaricom999!*!" };

type Initiator = {
  readonly name: string;
  password: string;
  roles: readonly Role[];
  wrongTries: number;
  locked: boolean;
  /** The receiver that locks its initiator still does. */
  trapped: boolean;
};

export type Initiators = ReturnType<typeof createInitiators>;

type Parts = {
  readonly seeds: readonly InitiatorSeed[];
  readonly readCredential: ReturnType<typeof createCredentialReader>;
  readonly switches: () => Pick<Switches, "initiator_tries">;
};

type Claim = { readonly name: string; readonly credential: string; readonly role: Role };

const viewOf = ({ name, roles, locked, wrongTries }: Initiator) => ({ name, locked, wrong_tries: wrongTries, roles });

export const createInitiators = ({ seeds, readCredential, switches }: Parts) => {
  const fresh = { roles: Role.options, wrongTries: 0, locked: false, trapped: true };
  const byName = new Map(seeds.map((seed): [string, Initiator] => [seed.name, { ...fresh, ...seed }]));

  const countWrongTry = (initiator: Initiator): void => {
    initiator.wrongTries += 1;
    if (initiator.wrongTries >= switches().initiator_tries) initiator.locked = true;
  };

  return {
    /** Why M-PESA does not act for this initiator; null when it does. A wrong password is a try, a right one forgives. */
    check({ name, credential, role }: Claim): MpesaResult | null {
      const initiator = byName.get(name);
      if (initiator === undefined) return results.initiatorInvalid;
      if (initiator.locked) return results.credentialLocked;
      if (readCredential(credential) !== initiator.password) {
        countWrongTry(initiator);
        return results.initiatorInvalid;
      }
      initiator.wrongTries = 0;
      return initiator.roles.includes(role) ? null : results.notAllowed;
    },
    /** Paying the receiver that locks its initiator: true when that happened, false once the trap was mended. */
    springTrap(name: string): boolean {
      const initiator = byName.get(name);
      if (!initiator?.trapped) return false;
      initiator.locked = true;
      return true;
    },
    lock(name: string): void {
      const initiator = byName.get(name);
      if (initiator !== undefined) initiator.locked = true;
    },
    /** Forgets the wrong tries, and mends the receiver that locks. */
    unlock(name: string): void {
      const initiator = byName.get(name);
      if (initiator !== undefined) Object.assign(initiator, { locked: false, wrongTries: 0, trapped: false });
    },
    setPassword(name: string, password: string): void {
      const initiator = byName.get(name);
      if (initiator !== undefined) initiator.password = password;
    },
    setRoles(name: string, roles: readonly Role[]): void {
      const initiator = byName.get(name);
      if (initiator !== undefined) initiator.roles = roles;
    },
    /** As the control API shows it, without the password; undefined when there is none of that name. */
    view(name: string) {
      const initiator = byName.get(name);
      return initiator === undefined ? undefined : viewOf(initiator);
    },
    list: () => [...byName.values()].map(viewOf),
  };
};
