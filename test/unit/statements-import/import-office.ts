/**
 * Where statements are imported in tests: the real ledger, and a bucket and a queue that are small real
 * ones in memory.
 */
import { createHash, randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { randomId } from "../../../functions/domain/ids.ts";
import type { AskedStatement, Statement } from "../../../functions/domain/statement.ts";
import { ownAccount } from "../../../functions/reconciliation/accounts.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { LargeFiles } from "../../../functions/runtime/large-files.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Queue } from "../../../functions/runtime/queue.ts";
import { announce } from "../../../functions/statements-import/announce.ts";
import { importStatement } from "../../../functions/statements-import/import-statement.ts";
import { readLines } from "../../../functions/statements-import/kept-lines.ts";
import { uploadKey } from "../../../functions/statements-import/places.ts";
import { createStatementLedger } from "../../../functions/store/dynamo-statements.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";

export const SHORTCODE = "123456";
/** The days of every fixture are over then: 22 November 2026, nine in the morning in Nairobi. */
export const MORNING_AFTER = Date.UTC(2026, 10, 22, 6, 0, 0);
const NOTHING_SAID: AskedStatement = { shortcode: null, account: null, from: null, until: null };

/** What is cut into chunks of this size lets a file be seen from the middle of one. */
const CHUNK = 1_000;

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK)
    yield await Promise.resolve(bytes.subarray(from, from + CHUNK));
}

const tagOf = (bytes: Uint8Array): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

/** A bucket in memory. */
const createBucket = () => {
  const kept = new Map<string, Buffer>();
  const files: LargeFiles & Pick<Files, "read" | "put"> = {
    put: (key, body) => {
      kept.set(key, Buffer.from(body));
      return Promise.resolve();
    },
    read: (key) => {
      const bytes = kept.get(key);
      return Promise.resolve(bytes ? chunked(bytes) : null);
    },
    pin: (key) => {
      const bytes = kept.get(key);
      if (!bytes) return Promise.reject(new Error("there is no such file"));
      const tag = tagOf(bytes);
      async function* open() {
        const now = kept.get(key);
        if (!now || tagOf(now) !== tag) throw new Error("another file was put in this one's place");
        yield* chunked(now);
      }
      return Promise.resolve({ tag, bytes: bytes.length, open });
    },
    keep: async (key, bytes) => {
      kept.set(key, await buffer(bytes));
    },
  };
  return { kept, files };
};

export const openOffice = async () => {
  const books = await startLedgerInMemory();
  books.time.now = MORNING_AFTER;
  const bucket = createBucket();
  const statements = createStatementLedger(books.deps);
  const messages: object[] = [];
  const logged: string[] = [];
  const world = { queueIsDown: false, owner: "shop" };
  const dayQueue: Queue = {
    send: (sent) => {
      if (world.queueIsDown) return Promise.reject(new Error("the queue is down"));
      messages.push(...sent);
      return Promise.resolve();
    },
  };
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const clock = { now: () => books.time.now };
  const take = importStatement({
    files: bucket.files,
    statements,
    announce: announce({ statements, exceptions: books.exceptions, dayQueue, clock }),
    shortcodes: () => Promise.resolve([SHORTCODE]),
    owner: () => Promise.resolve(world.owner),
    accountOf: ownAccount,
    clock,
    log,
  });
  const asked = (about: Partial<AskedStatement> = {}, storefront = "shop"): Promise<Statement> =>
    statements.open({
      id: randomId("stm", randomBytes(16)),
      storefront,
      asked: { ...NOTHING_SAID, ...about },
      createdBy: "key_finance",
      createdAt: books.time.now,
    });
  const upload = ({ id }: Pick<Statement, "id">, file: Uint8Array | string): void =>
    void bucket.kept.set(uploadKey(id), Buffer.from(file));
  const after = async ({ id }: Pick<Statement, "id">): Promise<Statement> => {
    const statement = await statements.read(id);
    if (!statement) throw new Error("the statement is gone");
    return statement;
  };
  /** Asked for, uploaded and imported. */
  const imported = async (file: Uint8Array | string, about: Partial<AskedStatement> = {}): Promise<Statement> => {
    const statement = await asked(about);
    upload(statement, file);
    await take(statement.id, { requestId: "request-1" });
    return after(statement);
  };
  const exceptions = async () =>
    (await books.exceptions.list({ storefront: "shop", filters: { status: "open" }, limit: 100, cursor: null }))
      .exceptions;
  return {
    books,
    bucket,
    statements,
    messages,
    logged,
    world,
    log,
    take: ({ id }: Pick<Statement, "id">) => take(id, { requestId: "request-2" }),
    asked,
    upload,
    after,
    imported,
    exceptions,
    readLines: readLines(bucket.files),
    close: () => books.close(),
  };
};
export type Office = Awaited<ReturnType<typeof openOffice>>;
