/** What was counted and measured, turned into what a bill is computed from, and the bill as lines of the table. */
import { FUNCTIONS } from "../lib/functions.ts";
import type { FunctionName } from "../lib/functions.ts";
import { authoriserLines, byService, levers, paymentLines, requestLines, standingLines, total } from "./bill.ts";
import type { BillLine, Lever, RequestFacts, Standing } from "./bill.ts";
import { perOperation } from "./call-lines.ts";
import type { AllCounted, Counted } from "./counts.ts";
import type { CpuRatio } from "./cpu.ts";
import { atMost, dollars, plain } from "./line.ts";
import type { Line } from "./line.ts";
import { assumptions, priceList } from "./prices.ts";
import type { Operations, Recorded } from "./recorded.ts";
import type { Rig } from "./rig.ts";
import { readUnits, writeUnits } from "./units.ts";

/** US dollars for a million paid payments, all services. */
const MOST_USD = 20;

const TARIFF = { prices: priceList, given: assumptions };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const writeUnitsOf = (operation: Recorded): number =>
  mean(
    operation.runs.map((run) =>
      run
        .flatMap(({ changes }) => changes)
        .reduce((sum, change) => {
          const { item, indexes } = writeUnits(change);
          return sum + item + indexes;
        }, 0),
    ),
  );

const darajaBytesOf = (operation: Recorded): number =>
  mean(
    operation.runs.map((run) =>
      run.filter(({ target }) => target === "").reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
    ),
  );

/** Daraja's credentials are asked for every minute, so much oftener than the others (functions/wiring.ts). */
const OFTENER = 5;

/** Secrets that a function asks for in its everyday work; the callback needs Daraja's only to ask instead of believing. */
const secretsOf = (name: FunctionName): number => {
  const uses: { readonly secrets: readonly string[]; readonly daraja?: string } = FUNCTIONS[name].uses;
  return uses.secrets.length + (uses.daraja === "push" ? OFTENER : 0);
};

interface Measured {
  readonly name: FunctionName;
  readonly counted: Counted;
  readonly cpuMs: number;
}

const facts = ({ name, counted, cpuMs }: Measured, operation: Recorded | null): RequestFacts => ({
  memoryMegabytes: FUNCTIONS[name].memoryMb,
  cpuMs,
  writeCalls: perOperation(counted, "writes"),
  readCalls: perOperation(counted, "reads"),
  writeUnits: operation ? writeUnitsOf(operation) : 0,
  readUnits: 0,
  logBytes: counted.logBytes / counted.operations,
  answerBytes: operation ? mean(operation.answerBytes) : 0,
  darajaBytes: operation ? darajaBytesOf(operation) : 0,
  darajaCalls: perOperation(counted, "pushes"),
  secrets: secretsOf(name),
});

/** A poll reads the settled payment; the call says whether consistently. */
const pollUnits = (operations: Operations): number => {
  const settled = operations.callback.runs.at(-1)?.flatMap(({ changes }) => changes)[0]?.after ?? {};
  const asked = operations.poll.runs.at(-1)?.find(({ target }) => target.endsWith("GetItem"))?.body ?? "";
  return readUnits([settled], asked.includes('"ConsistentRead":true'));
};

export const standingOf = ({ sandbox }: Rig): Standing => {
  const { deployment } = sandbox;
  const kept = (type: string): number => deployment.notRun.filter((resource) => resource.type === type).length;
  return {
    secrets: deployment.ofType("AWS::SecretsManager::Secret").length,
    keys: kept("AWS::KMS::Key"),
    alarms: kept("AWS::CloudWatch::Alarm"),
    methods: deployment.ofType("AWS::ApiGateway::Method").length,
  };
};

export interface Bill {
  readonly lines: readonly Line[];
  /** Every charge behind the lines. */
  readonly payment: readonly BillLine[];
  readonly poll: readonly BillLine[];
  readonly standing: readonly BillLine[];
  /** What would bring it down. */
  readonly levers: readonly Lever[];
}

export interface BillInput {
  readonly counted: AllCounted;
  readonly operations: Operations;
  readonly cpu: Readonly<Record<"start" | "callback" | "poll", CpuRatio>>;
  readonly standing: Standing;
}

/** The bill of one million paid payments. Polls and what a month costs by itself stand apart. */
export const computeBill = ({ counted, operations, cpu, standing }: BillInput): Bill => {
  const { start, callback, poll, authorise } = counted;
  const starts = facts({ name: "start-payment", counted: start, cpuMs: cpu.start.oursMs }, operations.start);
  const told = facts({ name: "stk-callback", counted: callback, cpuMs: cpu.callback.oursMs }, operations.callback);
  const polls = {
    ...facts({ name: "read-payments", counted: poll, cpuMs: cpu.poll.oursMs }, operations.poll),
    readUnits: pollUnits(operations),
  };
  const asked = facts({ name: "authorise", counted: authorise, cpuMs: cpu.poll.oursMs }, null);
  const allowed = { ...asked, readUnits: asked.readCalls };
  const parts = { start: starts, authorise: allowed, callback: told };
  const bills = {
    payment: paymentLines(parts, TARIFF),
    levers: levers(parts, TARIFF),
    poll: [...requestLines("poll", polls, TARIFF), ...authoriserLines(allowed, TARIFF)],
    standing: standingLines(standing, TARIFF),
  };
  return { ...bills, lines: billLines(bills) };
};

const amount = (quantity: number): string =>
  quantity >= 100 ? Math.round(quantity).toLocaleString("en") : quantity.toFixed(2);

const share = (usd: number, whole: number): string => `${((100 * usd) / whole).toFixed(0)}%`;

const billLines = (bills: Omit<Bill, "lines">): readonly Line[] => {
  const whole = total(bills.payment);
  const dearest = byService(bills.payment).map(([service, usd]) => `${service} ${dollars(usd)}`);
  return [
    atMost(
      { section: "Bill", what: "1,000,000 paid STK payments, end to end", note: dearest.slice(0, 4).join(", ") },
      { measured: whole, most: MOST_USD, show: dollars },
    ),
    ...bills.payment.map(({ service, what, quantity, unit, usd }) =>
      plain(
        { section: "Bill", what: `  ${service}, ${what}` },
        dollars(usd),
        `${share(usd, whole)}; ${amount(quantity)} x ${unit}`,
      ),
    ),
    ...bills.levers.map(({ what, saves }) =>
      plain({ section: "Bill", what: `would save: ${what}` }, dollars(saves), "taken alone"),
    ),
    plain(
      { section: "Bill", what: "1,000,000 status polls" },
      dollars(total(bills.poll)),
      "on top, for storefronts that poll",
    ),
    plain(
      { section: "Bill", what: "a month, whatever the traffic" },
      dollars(total(bills.standing)),
      byService(bills.standing)
        .map(([service, usd]) => `${service} ${dollars(usd)}`)
        .join(", "),
    ),
  ];
};
