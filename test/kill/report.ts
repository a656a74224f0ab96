/** What a kill test came to, as lines for a person. */
import type { KillReport } from "./run.ts";

/** More of the same tells nobody more. */
const MOST_TOLD = 40;

const counted = (things: readonly { readonly status: string }[]): string => {
  const counts = new Map<string, number>();
  for (const { status } of things) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
};
const paid = (things: readonly { readonly state: string; readonly amount: number }[]): string => {
  const all = things.filter(({ state }) => state === "paid");
  return `${all.length} (KES ${all.reduce((sum, { amount }) => sum + amount, 0)})`;
};

export const report = ({
  killed,
  interrupted,
  orders,
  truth,
  ledger,
  calm,
  breaches,
}: KillReport): readonly string[] => {
  const kills = [...killed.instances.values()].reduce((sum, count) => sum + count, 0);
  const byFunction = [...killed.instances].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  return [
    "",
    `killed       ${kills} processes in the middle of an invocation, ${killed.sandboxes} whole sandboxes`,
    `             ${byFunction.join(", ")}`,
    `asked        ${orders.length} orders; ${interrupted} tries were cut off and asked again`,
    `M-PESA paid  pushes ${paid(truth.pushes)}, payouts ${paid(truth.payouts)}, reversals ${paid(truth.reversals)}`,
    `payments     ${counted(ledger.payments)}`,
    `payouts      ${counted(ledger.payouts)}`,
    `refunds      ${counted(ledger.refunds)}`,
    `exceptions   about ${ledger.exceptions.size} transactions`,
    `calm         ${calm.openAtFirst} were open when it began; ${
      calm.settledAfterMinutes === null
        ? "some never settled"
        : `all settled or in the exceptions ${calm.settledAfterMinutes} min later, by the gateway's clock`
    }`,
    `breaches     ${breaches.length}`,
    ...breaches.slice(0, MOST_TOLD).map((breach) => `  ${breach}`),
  ];
};
