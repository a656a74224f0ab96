/**
 * The one address at which functions find AWS. Every call is counted and may be given a fault, then goes to the stand-in
 * of its service. Signatures are not checked: on one machine there is nobody to keep out.
 */
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { listen } from "../../net/listen.ts";
import { readBody } from "../../net/read-body.ts";
import { identifyCall } from "./call.ts";
import type { Call, Service } from "./call.ts";
import { createCallCounter } from "./call-counter.ts";
import type { CallCounter } from "./call-counter.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { accessDenied, notRun, throttled, tooLarge } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024; // an uploaded statement; DynamoDB's own limit is 16 MB

/** Answers a call in this process. */
export type LocalService = (call: Call, body: string) => { status: number; body: unknown };
export type Backend =
  /** `rewrite` changes the body on its way, where the stand-in knows things by other names. */
  { readonly forwardTo: string; readonly rewrite?: (body: string) => string } | { readonly answer: LocalService };

export type Asked = {
  readonly call: Call;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
/** Why a call may not be made, in a sentence; null when it may. */
export type Permission = (asked: Asked) => string | null;

export type AwsDoor = {
  readonly url: string;
  readonly calls: CallCounter;
  readonly faults: Faults;
  /** Says where a service is answered. Calls before that are told that it is not run. */
  connect(service: Service, backend: Backend): void;
  /** From now on every call needs this permission. */
  guard(permission: Permission): void;
  close(): Promise<void>;
};

export const openAwsDoor = async (): Promise<AwsDoor> => {
  const backends = new Map<Service, Backend>();
  const calls = createCallCounter();
  const faults = createFaults();
  const agent = new Agent({ keepAlive: true });
  let permission: Permission = () => null;
  const server = createServer((request, response) => {
    const call = identifyCall(request);
    calls.add(call);
    handle({ request, response, call }).catch(() => response.destroy());
  });

  const handle = async (exchange: Exchange): Promise<void> => {
    const { request, response, call } = exchange;
    const fault = faults.take(call);
    const body = await readBody(request, MAX_BODY_BYTES);
    const backend = backends.get(call.service);
    const deliver = fault?.kind !== "lose_answer";
    const { url = "/", headers } = request;
    const denied = body === null ? null : permission({ call, url, headers, body: textOf(call, body) });
    if (fault?.kind === "delay") await wait(fault.ms);
    if (fault?.kind === "refuse") response.destroy();
    else if (body === null) refuse(response, tooLarge(call));
    else if (fault?.kind === "throttle") refuse(response, throttled(call));
    else if (backend === undefined) refuse(response, notRun(call));
    else if (denied !== null) refuse(response, accessDenied(call, denied));
    else if ("forwardTo" in backend) {
      const onward = backend.rewrite === undefined ? body : Buffer.from(backend.rewrite(body.toString("utf8")));
      await forward(exchange, onward, { to: backend.forwardTo, agent, deliver });
    } else {
      const reply = backend.answer(call, body.toString("utf8"));
      if (deliver) answer(response, reply);
      else response.destroy();
    }
  };

  const listening = await listen(server, 0);
  return {
    url: listening.url,
    calls,
    faults,
    connect: (service, backend) => void backends.set(service, backend),
    guard: (asked) => void (permission = asked),
    async close() {
      await listening.close();
      agent.destroy();
    },
  };
};

/** A file says nothing of who may have it, and is not text. */
const textOf = ({ service }: Call, body: Buffer): string => (service === "s3" ? "" : body.toString("utf8"));

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly call: Call };
type Route = { readonly to: string; readonly agent: Agent; readonly deliver: boolean };

const forward = ({ request, response }: Exchange, body: Buffer, { to, agent, deliver }: Route): Promise<void> =>
  new Promise((resolve, reject) => {
    const onward = httpRequest(
      new URL(request.url ?? "/", to),
      {
        method: request.method,
        headers: { ...request.headers, host: new URL(to).host, "content-length": body.length },
        agent,
      },
      (reply) => {
        reply.once("end", resolve);
        if (!deliver) {
          reply.resume();
          reply.once("end", () => response.destroy());
          return;
        }
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      },
    );
    onward.once("error", reject);
    onward.end(body);
  });

const answer = (response: ServerResponse, { status, body }: { status: number; body: unknown }): void => {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, { status, contentType, body }: Refusal): void => {
  response.writeHead(status, { "content-type": contentType });
  response.end(body);
};
