/**
 * The deep check for operators: whether everything that the gateway stands on is within reach, what stands on what, and how
 * long each answer took. What must stay true: it moves and changes nothing, reads nobody's data, and ends in time however
 * silent a part is. Load balancers ask `/health`, which stands on nothing.
 */
import type { Clock } from "../domain/clock.ts";
import { utcIso } from "../domain/time.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ok } from "./reply.ts";

/** One thing that the gateway stands on. */
export interface HealthPart {
  readonly name: string;
  /** What stops when it fails, in a sentence. */
  readonly neededFor: string;
  /** Says what it found; rejects when it is out of reach or unusable. */
  readonly look: () => Promise<string>;
}

export interface CheckHealthDeps {
  readonly parts: readonly HealthPart[];
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

/** A part that has not answered by then fails. The slowest client gives up a try a moment before. */
const LIMIT_MS = 4_000;

/** What kind of fault it was; its message may say more than an answer should. */
const kindOf = (fault: unknown): string => (fault instanceof Error ? fault.name : "unknown");

const check = async ({ clock, wait }: CheckHealthDeps, { name, neededFor, look }: HealthPart) => {
  const began = clock.now();
  const late = wait(LIMIT_MS).then(
    () => ({ status: "fails", found: `no answer within ${LIMIT_MS / 1_000} s` }) as const,
  );
  const looked = look().then(
    (found) => ({ status: "works", found }) as const,
    (fault: unknown) => ({ status: "fails", found: `out of reach or unusable: ${kindOf(fault)}` }) as const,
  );
  const outcome = await Promise.race([looked, late]);
  return { name, ...outcome, took_ms: clock.now() - began, needed_for: neededFor };
};

export const checkHealth =
  (deps: CheckHealthDeps): Endpoint<typeof ROUTES.checkHealth> =>
  async () => {
    const checks = await Promise.all(deps.parts.map((part) => check(deps, part)));
    return ok({
      object: "health_report",
      status: checks.every(({ status }) => status === "works") ? "works" : "fails",
      checked_at: utcIso(deps.clock.now()),
      checks,
    });
  };
