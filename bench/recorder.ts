/**
 * Stands between a handler and the outside world. While it records, it carries every AWS call and every call to Daraja
 * on, and looks at the items that a write touches before and after it. Once it replays, it answers each kind of call as
 * it was last answered, so that a handler can be run thousands of times with everything else outside its process.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { listen } from "../sandbox/net/listen.ts";
import { readBody } from "../sandbox/net/read-body.ts";
import { snapshot, subjectOf, touchedBy } from "./touched.ts";
import type { Tables } from "./touched.ts";
import type { Change } from "./units.ts";

const MAX_BODY_BYTES = 1_048_576;

export interface Exchange {
  /** `DynamoDB_20120810.PutItem`; empty for a call to Daraja. */
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly type: string; readonly body: string };
  /** The items that a DynamoDB write touched. */
  readonly changes: readonly Change[];
}

export interface RecorderOptions {
  readonly awsUrl: string;
  readonly darajaUrl: string;
  /** The engine itself, for looking at items without being counted. */
  readonly dynamo: DynamoDBClient;
  readonly tables: Tables;
}

export interface Recorder {
  readonly url: string;
  /** What was recorded since the last time it was asked. */
  take(): readonly Exchange[];
  /** From now on nothing is carried on. */
  replay(): void;
  close(): Promise<void>;
}

type Request = Omit<Exchange, "answer" | "changes">;

const HOP = new Set(["host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"]);

const read = async (request: IncomingMessage): Promise<Request> => {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === "string" && !HOP.has(name) ? [[name, value] as const] : [],
  );
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new Error("a call is larger than anything that is measured here");
  return {
    target: String(request.headers["x-amz-target"] ?? ""),
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: Object.fromEntries(headers),
    body: body.toString("utf8"),
  };
};

const reply = (response: ServerResponse, { status, type, body }: Exchange["answer"]): void => {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
};

/** Two calls of one kind are answered alike. */
const kindOf = ({ target, method, path, body }: Request): string =>
  target === "" ? `${method} ${path}` : `${target} ${subjectOf(body)}`;

export const startRecorder = async (options: RecorderOptions): Promise<Recorder> => {
  const answers = new Map<string, Exchange["answer"]>();
  let recorded: Exchange[] = [];
  let replaying = false;

  const carryOn = async (request: Request): Promise<Exchange["answer"]> => {
    const to = request.target === "" ? options.darajaUrl : options.awsUrl;
    const answer = await fetch(new URL(request.path, to), {
      method: request.method,
      headers: request.headers,
      ...(request.method === "GET" ? {} : { body: request.body }),
    });
    const type = answer.headers.get("content-type") ?? "application/json";
    return { status: answer.status, type, body: await answer.text() };
  };

  const record = async (request: Request): Promise<Exchange["answer"]> => {
    const touched = touchedBy(request, options.tables);
    const before = await snapshot(options.dynamo, touched);
    const answer = await carryOn(request);
    const after = await snapshot(options.dynamo, touched);
    const changes = touched.map(({ table, transactional }, index) => ({
      table,
      transactional,
      before: before[index] ?? null,
      after: after[index] ?? null,
    }));
    answers.set(kindOf(request), answer);
    recorded.push({ ...request, answer, changes });
    return answer;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request);
    const kept = replaying ? answers.get(kindOf(call)) : undefined;
    if (replaying && kept === undefined) throw new Error(`nothing was recorded for ${kindOf(call)}`);
    reply(response, kept ?? (await record(call)));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((fault: unknown) => {
      const body = JSON.stringify({ error: fault instanceof Error ? fault.message : "unknown" });
      reply(response, { status: 501, type: "application/json", body });
    });
  });
  const listening = await listen(server, 0);
  return {
    url: listening.url,
    close: () => listening.close(),
    take: () => {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    replay: () => (replaying = true),
  };
};
