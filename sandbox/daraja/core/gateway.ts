/**
 * The gateway in front of every Daraja endpoint: finds the endpoint, holds the rate limit, checks the token, and only
 * then lets the endpoint act. Faults strike at the door or once the endpoint acts. Whatever is refused here M-PESA has
 * never seen, and no fault pretends that it has.
 */
import { peekFields, textOf, type Call, type Endpoint } from "./endpoint.ts";
import type { Answer, IncomingRequest, Outcome } from "./exchange.ts";
import { combineFaults, type Subject } from "./faults.ts";
import { badToken, invalidAuthenticationHeader, methodNotAllowed, resourceNotFound } from "./refusals.ts";
import type { World } from "./world.ts";

const ELSEWHERE = "other";
const UNKNOWN_SHORTCODE = "unknown";

const bearerOf = (call: Call): string | undefined => /^Bearer\s+(\S+)$/i.exec(call.headers["authorization"] ?? "")?.[1];

const tokenRefusal = (world: World, endpoint: Endpoint, call: Call): Answer | null => {
  if (endpoint.badToken === null) return null;
  const token = bearerOf(call);
  if (token === undefined) return invalidAuthenticationHeader(call.requestId);
  return world.tokens.isAlive(token) ? null : badToken(endpoint.badToken(token))(call.requestId);
};

/** The shortcode whose rate a request counts towards; all that do not exist share one. */
const shortcodeOf = (world: World, lane: NonNullable<Endpoint["lane"]>, call: Call): string => {
  const shortcode = textOf(call.fields[lane.shortcodeField]) ?? "";
  return world.accounts.has(shortcode) ? shortcode : UNKNOWN_SHORTCODE;
};

const countStart = (world: World, { lane }: Endpoint, call: Call): void => {
  if (lane !== undefined) world.metrics.lanes.start(lane.name, shortcodeOf(world, lane, call), world.clock.now());
};

const limitRefusal = (world: World, { lane }: Endpoint, call: Call): Outcome | null => {
  if (lane === undefined) return null;
  const limit = world.switches().limits[lane.name];
  const shortcode = shortcodeOf(world, lane, call);
  if (limit === null || world.limiter.admit(`${lane.name} ${shortcode}`, limit)) return null;
  world.metrics.lanes.violation(lane.name, shortcode);
  return lane.refuse(call.requestId);
};

const held = (outcome: Outcome, ms: number): Outcome =>
  ms === 0 ? outcome : { ...outcome, holdMs: (outcome.holdMs ?? 0) + ms };

const subjectOf = (endpoint: Endpoint, call: Call): Subject => {
  const { msisdn, references = [] } = endpoint.subject?.(call.fields) ?? {};
  return { path: endpoint.path, callsBack: endpoint.callsBack ?? "never", msisdn, references };
};

/** A payer or a receiver spoils only the answer to what M-PESA took: a refusal reaches the client as it is. */
const isTaken = (outcome: Outcome): boolean => outcome.kind === "answer" && outcome.status === 200;

/** One request to an endpoint that exists, with everything that goes wrong on its way. */
const passOn = async (world: World, endpoint: Endpoint, call: Call): Promise<Outcome> => {
  countStart(world, endpoint, call);
  const subject = subjectOf(endpoint, call);
  const arriving = world.faults.strike(subject, "arrival");
  const own = endpoint.faults?.(subject, call.fields) ?? [];
  const atTheDoor = combineFaults([...arriving, ...own]);
  if (atTheDoor.killToken) world.tokens.revoke(bearerOf(call) ?? "");
  if (atTheDoor.ending?.when === "before_execution")
    return held(atTheDoor.ending.outcome(call.requestId), atTheDoor.delayAnswerMs);

  const refusal = limitRefusal(world, endpoint, call) ?? tokenRefusal(world, endpoint, call);
  if (refusal !== null) return held(refusal, atTheDoor.delayAnswerMs);

  const struck = [...arriving, ...world.faults.strike(subject, "execution")];
  const outcome = await endpoint.execute(call, combineFaults([...struck, ...own]).callback);
  const trouble = combineFaults(isTaken(outcome) ? [...struck, ...own] : struck);
  return held(trouble.ending?.outcome(call.requestId) ?? outcome, trouble.delayAnswerMs);
};

/** Answers one request to a Daraja path. */
export const createGateway = (world: World, endpoints: readonly Endpoint[]) => {
  const byPath = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));
  return async (request: IncomingRequest): Promise<Outcome> => {
    const [path = "", search = ""] = request.path.split("?", 2);
    const query = new URLSearchParams(search);
    const call: Call = { ...request, query, fields: peekFields(request.body), requestId: world.ids.request() };
    const endpoint = byPath.get(path);
    world.metrics.countRequest(endpoint?.path ?? ELSEWHERE);
    if (endpoint === undefined) return resourceNotFound(call.requestId);
    if (endpoint.method !== request.method) return methodNotAllowed(request.method)(call.requestId);
    return passOn(world, endpoint, call);
  };
};
