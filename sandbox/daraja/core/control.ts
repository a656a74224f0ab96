/**
 * The control API under `/simulator`: the truth about every transaction, what was counted, and the levers that
 * make things go wrong. It belongs to people and tests; a client of Daraja never needs it.
 */
import * as z from "zod";
import { deliveryError } from "./callback-attempts.ts";
import { CALLBACK_TIMEOUT_MS } from "./callbacks.ts";
import { invalidBody, listAnswer, noContent, problem } from "./control-answers.ts";
import { c2bRoutes } from "./control-c2b.ts";
import { organisationRoutes } from "./control-organisation.ts";
import { route, type Levers, type Route } from "./control-route.ts";
import { statementRoutes } from "./control-statement.ts";
import { transactionRoutes } from "./control-transactions.ts";
import { jsonAnswer, type Answer, type IncomingRequest } from "./exchange.ts";
import { FaultRule } from "./faults.ts";
import { payers } from "./payers.ts";
import { pushView } from "./push.ts";
import { handsetActions } from "./pushes.ts";
import { receivers } from "./receivers.ts";
import { Switches } from "./switches.ts";

const HandsetAnswer = z.strictObject({ action: z.enum(handsetActions) });

const answerHandset: Route["run"] = ({ body, id }, { world }) => {
  const parsed = HandsetAnswer.safeParse(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const push = world().pushes.answer(id, parsed.data.action);
  return push === undefined
    ? problem(404, "Nothing rings there", `No prompt is waiting for an answer on ${id}. Nothing was changed.`)
    : jsonAnswer(200, pushView(push));
};

const FaultRules = z.array(FaultRule).min(1).max(100);
const OneFaultRule = FaultRule.transform((rule) => [rule]);
const readFaultRules = (body: unknown) =>
  Array.isArray(body) ? FaultRules.safeParse(body) : OneFaultRule.safeParse(body);

const addFaults: Route["run"] = ({ body }, { world }) => {
  const parsed = readFaultRules(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { faults } = world();
  return faults.add(parsed.data)
    ? listAnswer(faults.list(), 201)
    : problem(409, "Too many faults", "At most 1,000 rules fit. DELETE /simulator/faults makes room.");
};

const changeSwitches: Route["run"] = ({ body }, { world }) => {
  const change = z.record(z.string(), z.unknown()).safeParse(body);
  if (!change.success) return invalidBody(change.error.issues);
  const next = Switches.safeParse({ ...world().switches(), ...change.data });
  if (!next.success) return invalidBody(next.error.issues);
  world().setSwitches(next.data);
  return jsonAnswer(200, next.data);
};

const ForgedCallback = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Sent as it is when a string, as JSON otherwise. */
  body: z.json(),
  source_address: z.union([z.ipv4(), z.ipv6()]).default("127.0.0.1"),
  headers: z.record(z.string().regex(/^[\w-]{1,60}$/), z.string().max(1000)).default({}),
});

const sendCallback: Route["run"] = async ({ body }, { world }) => {
  const parsed = ForgedCallback.safeParse(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { url, headers, source_address: sourceAddress } = parsed.data;
  const text = typeof parsed.data.body === "string" ? parsed.data.body : JSON.stringify(parsed.data.body);
  const contentType = { "Content-Type": "application/json;charset=UTF-8" };
  try {
    const answer = await world().deliver({
      url,
      headers: { ...contentType, ...headers },
      body: text,
      sourceAddress,
      timeoutMs: CALLBACK_TIMEOUT_MS,
    });
    return jsonAnswer(200, { status: answer.status, error: null });
  } catch (error) {
    return jsonAnswer(200, { status: null, error: deliveryError(error) });
  }
};

const behaviourOf = ({ msisdn, behaviour }: { msisdn: string; behaviour: string }) => ({ msisdn, behaviour });

const routes: readonly Route[] = [
  ...transactionRoutes,
  ...c2bRoutes,
  ...organisationRoutes,
  ...statementRoutes,
  route("GET", /^\/simulator\/metrics$/, (_call, { world }) => jsonAnswer(200, world().metrics.report())),
  route("GET", /^\/simulator\/payers$/, () => listAnswer(payers.map(behaviourOf))),
  route("GET", /^\/simulator\/receivers$/, () => listAnswer(receivers.map(behaviourOf))),
  route("POST", /^\/simulator\/handsets\/([^/]+)\/answer$/, answerHandset),
  route("GET", /^\/simulator\/faults$/, (_call, { world }) => listAnswer(world().faults.list())),
  route("POST", /^\/simulator\/faults$/, addFaults),
  route("DELETE", /^\/simulator\/faults$/, (_call, { world }) => {
    world().faults.clear();
    return noContent;
  }),
  route("GET", /^\/simulator\/switches$/, (_call, { world }) => jsonAnswer(200, world().switches())),
  route("POST", /^\/simulator\/switches$/, changeSwitches),
  route("POST", /^\/simulator\/callbacks$/, sendCallback),
  route("POST", /^\/simulator\/reset$/, (_call, { reset }) => {
    reset();
    return noContent;
  }),
];

const readJson = (text: string): { value: unknown } | null => {
  if (text === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
};

/** Answers one request to a path under `/simulator`. */
export const createControl = (levers: Levers) => {
  return async (request: IncomingRequest): Promise<Answer> => {
    const [path = "", search = ""] = request.path.split("?", 2);
    const here = routes.filter(({ pattern }) => pattern.test(path));
    const found = here.find(({ method }) => method === request.method);
    if (here.length === 0) return problem(404, "No such page", "The simulator's README lists the control API.");
    if (found === undefined) {
      const allowed = here.map(({ method }) => method).join(", ");
      return problem(405, "Method not allowed", `This path takes ${allowed}.`);
    }
    const body = readJson(request.body);
    if (body === null) return problem(400, "The request body is not JSON", "Send a JSON value. Nothing was changed.");
    const id = found.pattern.exec(path)?.[1] ?? "";
    return found.run({ body: body.value, query: new URLSearchParams(search), id }, levers);
  };
};
