/**
 * The organisation portal's export of a statement, what is planted wrong in it, and the answer key.
 */
import * as z from "zod";
import { invalidBody, invalidQuery, listAnswer, noContent, problem } from "./control-answers.ts";
import { route, type Route } from "./control-route.ts";
import type { Answer } from "./exchange.ts";
import { dateOrders, endOfDay, nairobiIso, startOfDay } from "./nairobi-time.ts";
import { plantedIn } from "./planted.ts";
import { StatementFault } from "./statement-faults.ts";
import { csvFile, xlsxFile } from "./statement-file.ts";
import { linesOf, rowsOf, totalsOf, type Period } from "./statement-rows.ts";
import { templates, type Statement } from "./statement-templates.ts";
import type { World } from "./world.ts";

/** As accounts are called here and in the rest of the control API. */
const ACCOUNTS = {
  all: "all",
  utility: "utility",
  working: "working",
  charges_paid: "chargesPaid",
  settlement: "settlement",
} as const;

/** A Nairobi day, or an instant. */
const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const StatementQuery = z
  .strictObject({
    shortcode: z.string().optional(),
    account: z.enum(["all", "utility", "working", "charges_paid", "settlement"]).optional(),
    template: z.enum(["classic", "current"]).default("classic"),
    format: z.enum(["csv", "xlsx"]).default("csv"),
    /** Today when absent. */
    from: Moment.optional(),
    to: Moment.optional(),
    dates: z.enum(dateOrders).default("day_first"),
    separator: z.enum(["comma", "semicolon", "tab"]).default("comma"),
    line_end: z.enum(["crlf", "lf"]).default("crlf"),
    bom: z.enum(["true", "false"]).default("false"),
  })
  .refine(({ template, account }) => template === "current" || account !== "all", {
    path: ["account"],
    message: "The classic template covers one account",
  });
type StatementQuery = z.infer<typeof StatementQuery>;

const NAIROBI_MIDNIGHT = "T00:00:00+03:00";
const isDay = (text: string): boolean => !text.includes("T");
const readMoment = (text: string): number => Date.parse(isDay(text) ? `${text}${NAIROBI_MIDNIGHT}` : text);

const periodOf = (query: StatementQuery, shortcode: string, nowMs: number): Period => {
  const { from, to = from } = query;
  return {
    shortcode,
    account: ACCOUNTS[query.account ?? (query.template === "current" ? "all" : "utility")],
    fromMs: from === undefined ? startOfDay(nowMs) : readMoment(from),
    toMs: to === undefined ? endOfDay(nowMs) : isDay(to) ? endOfDay(readMoment(to)) : readMoment(to),
  };
};

const statementOf = (world: World, query: StatementQuery, period: Period): Statement => {
  const { journal, accounts, statementFaults } = world;
  const { shortcode, account } = period;
  const held = account === "all" ? 0 : accounts.funds(shortcode)[account];
  return {
    period,
    organisation: world.organisations.get(shortcode) ?? "",
    rows: rowsOf(linesOf(journal, period), query.template, statementFaults),
    totals: totalsOf(journal.lines(shortcode), period, held),
    reportedAtMs: world.clock.now(),
    dates: query.dates,
  };
};

const MEDIA_TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

const fileAnswer = async (statement: Statement, query: StatementQuery): Promise<Answer> => {
  const { template, format, separator, line_end: lineEnd, bom } = query;
  const { shortcode, fromMs, toMs } = statement.period;
  const [from, to] = [nairobiIso(fromMs).slice(0, 10), nairobiIso(toMs).slice(0, 10)];
  const rows = templates[template].lay(statement);
  const headers = {
    "content-type": MEDIA_TYPES[format],
    "content-disposition": `attachment; filename="Statements for ${shortcode} from ${from} to ${to}.${format}"`,
    "cache-control": "no-store",
  };
  return format === "csv"
    ? { kind: "answer", status: 200, headers, body: csvFile(rows, { separator, lineEnd, bom: bom === "true" }) }
    : { kind: "answer", status: 200, headers, body: "", bytes: await xlsxFile(rows, templates[template].sheet) };
};

const statement: Route["run"] = ({ query }, { world }) => {
  const parsed = StatementQuery.safeParse(Object.fromEntries(query));
  if (!parsed.success) return invalidQuery(parsed.error.issues);
  const [first = ""] = world().merchants.keys();
  const shortcode = parsed.data.shortcode ?? first;
  if (!world().accounts.has(shortcode))
    return problem(404, "No such shortcode", `Nobody has the shortcode ${shortcode}.`);
  const period = periodOf(parsed.data, shortcode, world().clock.now());
  if (period.toMs < period.fromMs) return problem(400, "The query string is not valid", "/to: It is before from.");
  return fileAnswer(statementOf(world(), parsed.data, period), parsed.data);
};

const StatementFaults = z.array(StatementFault).min(1).max(100);
const OneStatementFault = StatementFault.transform((fault) => [fault]);
const readFaults = (body: unknown) =>
  Array.isArray(body) ? StatementFaults.safeParse(body) : OneStatementFault.safeParse(body);

const addFaults: Route["run"] = ({ body }, { world }) => {
  const parsed = readFaults(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { statementFaults } = world();
  return statementFaults.add(parsed.data)
    ? listAnswer(statementFaults.list(), 201)
    : problem(409, "Too many faults", "At most 1,000 rules fit. DELETE /simulator/statement/faults makes room.");
};

export const statementRoutes: readonly Route[] = [
  route("GET", /^\/simulator\/statement$/, statement),
  route("GET", /^\/simulator\/statement\/faults$/, (_call, { world }) => listAnswer(world().statementFaults.list())),
  route("POST", /^\/simulator\/statement\/faults$/, addFaults),
  route("DELETE", /^\/simulator\/statement\/faults$/, (_call, { world }) => {
    world().statementFaults.clear();
    return noContent;
  }),
  route("GET", /^\/simulator\/planted$/, (_call, { world }) => listAnswer(plantedIn(world()))),
];
