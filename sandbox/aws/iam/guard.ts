/**
 * Stands at the AWS door and refuses what a function's role does not allow. It keeps what it refused, because code that
 * can do without an answer may hide that it never gets one; and what was used, because a permission that nothing uses is a
 * gift to whoever steals the role.
 */
import type { Deployment } from "../../template/deployment.ts";
import type { Permission } from "../door/aws-door.ts";
import { readGrants, serves } from "./grants.ts";
import type { Grant } from "./grants.ts";
import { readNeeds } from "./needs.ts";
import type { Keep } from "./record.ts";
import { readResourcePolicies, readRoles } from "./roles.ts";
import type { Role } from "./roles.ts";
import type { Bare, Need } from "./simulate.ts";
import { createJudge } from "./verdicts.ts";

export type Denial = Pick<Need, "action" | "resource"> & {
  /** The logical id of the function whose role lacks the permission. */
  readonly caller: string;
};

export type Guard = {
  /** Refuses functions what their roles do not allow; others, such as a test's own client, may do anything. */
  readonly permission: Permission;
  /** The same for what a service does in a function's name without a call through the door; null when it may. */
  inNameOf(logicalId: string, bare: Bare): string | null;
  /** What was refused so far, each kind once. */
  denials(): readonly Denial[];
};

export type GuardOptions = {
  /** Told of each kind of refusal once. */
  readonly onDenied: (sentence: string) => void;
  /** Told what is granted, what is used of it, and what was refused. */
  readonly keep: Keep;
};

const SILENT: GuardOptions = { onDenied: () => undefined, keep: () => undefined };

export const createGuard = (deployment: Deployment, { onDenied, keep }: GuardOptions = SILENT): Guard => {
  const needs = readNeeds(deployment);
  const resourcePolicyOf = readResourcePolicies(deployment);
  const { accountId } = deployment.place;
  const held = new Map(
    [...readRoles(deployment)].map(([caller, role]) => [
      caller,
      holder(caller, role, { resourcePolicyOf, accountId, keep }),
    ]),
  );
  const denied = new Map<string, Denial>();

  const ask = ({ caller, role, isTrial }: Who, wanted: () => readonly Need[]): string | null => {
    const missing = role.missing(wanted(), isTrial);
    if (missing === null) return null;
    const { action, resource } = missing;
    const sentence = `The role of ${caller} does not allow ${action} on ${resource}.`;
    if (isTrial || denied.has(sentence)) return sentence;
    denied.set(sentence, { caller, action, resource });
    keep({ what: "refused", caller, grant: sentence });
    onDenied(sentence);
    return sentence;
  };
  const who = (name: string): Who | null => {
    const caller = name.replace(/^(poller-of|presigned-by|trial-of)-/, "");
    const role = held.get(caller);
    return role === undefined ? null : { caller, role, isTrial: name.startsWith("trial-of-") };
  };
  return {
    permission(asked) {
      const found = who(asked.call.caller);
      return found === null ? null : ask(found, () => needs.ofCall(asked));
    },
    inNameOf(logicalId, bare) {
      const found = who(logicalId);
      return found === null ? null : ask(found, () => needs.of(bare));
    },
    denials: () => [...denied.values()],
  };
};

/**
 * The service polls a queue in its function's name, and who signed an address lends its user the signer's role. A test
 * that tries what a function could do with its role says so: that is no use of the function's.
 */
type Who = { readonly caller: string; readonly role: Holder; readonly isTrial: boolean };

type Holder = {
  /** The first of `needs` that it may not do; null when it may do all. */
  missing(needs: readonly Need[], isTrial: boolean): Need | null;
};

type Around = {
  readonly resourcePolicyOf: (arn: string) => unknown;
  readonly accountId: string;
  readonly keep: Keep;
};

const holder = (caller: string, { arn, statements }: Role, { resourcePolicyOf, accountId, keep }: Around): Holder => {
  const { judge, around } = createJudge({ principal: arn, accountId, statements, resourcePolicyOf });
  const unused = new Set<Grant>(readGrants(statements));
  const seen = new Set<string>();
  keep(...[...unused].map(({ name }) => ({ what: "granted", caller, grant: name }) as const));
  const use = (need: Need): void => {
    const used = [...unused].filter((grant) => serves(grant, need, around(need)));
    for (const grant of used) unused.delete(grant);
    keep(...used.map(({ name }) => ({ what: "used", caller, grant: name }) as const));
  };
  return {
    missing(needs: readonly Need[], isTrial: boolean) {
      for (const need of needs) {
        const { allowed, kind } = judge(need);
        if (!allowed) return need;
        if (isTrial || seen.has(kind)) continue;
        seen.add(kind);
        use(need);
      }
      return null;
    },
  };
};
