/**
 * Stands at the AWS door and refuses what a function's role does not allow. It keeps what it refused, because code that
 * can do without an answer may hide that it never gets one.
 */
import type { Deployment } from "../../template/deployment.ts";
import type { Permission } from "../door/aws-door.ts";
import type { Call } from "../door/call.ts";
import { needsOf } from "./needs.ts";
import type { Need } from "./needs.ts";
import { readRoles } from "./roles.ts";

export type Denial = Need & {
  /** The logical id of the function whose role lacks the permission. */
  readonly caller: string;
};

export type Guard = {
  /** Refuses functions what their roles do not allow; others, such as a test's own client, may do anything. */
  readonly permission: Permission;
  /** What was refused so far, each kind once. */
  denials(): readonly Denial[];
};

/** `onDenied` is told of each kind of refusal once. */
export const createGuard = (deployment: Deployment, onDenied: (sentence: string) => void): Guard => {
  const roles = readRoles(deployment);
  const denied = new Map<string, Denial>();
  return {
    permission(asked) {
      const caller = functionOf(asked.call);
      const need = roles.missing(caller, () => needsOf(asked, deployment.place));
      if (need === null) return null;
      const sentence = `The role of ${caller} does not allow ${need.action} on ${need.resource}.`;
      if (!denied.has(sentence)) onDenied(sentence);
      denied.set(sentence, { caller, ...need });
      return sentence;
    },
    denials: () => [...denied.values()],
  };
};

/** The service polls a queue in its function's name, and who signed an address lends its user the signer's role. */
const functionOf = ({ caller }: Call): string => caller.replace(/^(poller-of|presigned-by)-/, "");
