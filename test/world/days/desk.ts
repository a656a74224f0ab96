/**
 * People at two desks: they hand statements in, have days closed, and put exceptions away, at once and the wrong way round.
 * What must stay true: none of them learns more than an HTTP client would; what each was told is remembered.
 */
import { uploadKey } from "../../../functions/statements-import/places.ts";
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { credentials } from "../payments/gateway.ts";
import { STOREFRONT } from "../payments/told-gateway.ts";
import { createClient } from "../payouts/client.ts";
import type { Attempt } from "../payouts/client.ts";
import type { BareWorld } from "./bare-world.ts";
import { asLambdaTries } from "./clockwork.ts";
import type { Deployed } from "./functions.ts";
import { DAYS } from "./rates.ts";
import type { Round, StatementPlan } from "./scenario.ts";
import { exportStatement } from "./statement-file.ts";
import type { StatementFile } from "./statement-file.ts";

/** A file that somebody handed in. */
export interface HandedIn {
  readonly id: string;
  readonly plan: StatementPlan;
  readonly file: StatementFile;
  /** When it was asked for and when its bytes were there; epoch milliseconds, null when they never were. */
  readonly askedAt: number;
  uploadedAt: number | null;
  /** Whether Lambda gave up telling of it. */
  isGivenUp: boolean;
}

/** Somebody was told that an exception is resolved in these words. */
export interface Resolved {
  readonly id: string;
  readonly by: string;
  readonly resolution: string;
  readonly note: string;
}

const DESKS = ["key_desk_one", "key_desk_two"] as const;
/** When the bucket tells of a file, and how far apart two tellings of one file may be, milliseconds. */
const TOLD_MS = { least: 100, most: 5_000 } as const;
/** When somebody hands in again what was given up, milliseconds: an alarm has rung meanwhile. */
const AGAIN_MS = 3_600_000;
const UPLOAD_TRIES = 5;
const UPLOAD_WAIT_MS = 10_000;
/** Exceptions that somebody looks at in one go. */
const MOST_AT_ONCE = 4;

const callOf = (
  { requestId, remainingMs }: Attempt,
  what: {
    readonly keyId: string;
    readonly params?: object;
    readonly body?: object;
  },
) => ({
  caller: {
    kind: "key",
    keyId: what.keyId,
    storefront: STOREFRONT,
    scopes: [],
  },
  params: what.params ?? {},
  query: {},
  body: what.body ?? null,
  idempotencyKey: null,
  accept: "application/json",
  requestId,
  remainingMs,
});

interface Parts {
  readonly world: BareWorld;
  readonly gateway: Deployed;
  readonly simulator: Simulator;
}

export const startDesks = ({ world, gateway, simulator }: Parts) => {
  const { time, note, scenario, bucket, engine } = world;
  const chance = world.own();
  const client = createClient({ ...world, chance });
  const handedIn: HandedIn[] = [];
  const resolved: Resolved[] = [];

  const upload = async (handed: HandedIn): Promise<void> => {
    const key = uploadKey(handed.id);
    for (let tried = 1; handed.uploadedAt === null && tried <= UPLOAD_TRIES; tried += 1)
      try {
        await bucket.files.put(key, handed.file.text, "application/octet-stream");
        handed.uploadedAt = time.now();
      } catch {
        await time.wait(UPLOAD_WAIT_MS);
      }
    if (handed.uploadedAt === null) return;
    const tell = async (): Promise<void> => {
      await time.wait(chance.between(TOLD_MS.least, TOLD_MS.most));
      const run = () => gateway.importer({ key, bytes: handed.file.text.length });
      if (await asLambdaTries(world, run)) return;
      note(`the upload of ${handed.id} was given up`);
      handed.isGivenUp = true;
      time.after(AGAIN_MS, () => void handIn({ ...handed.plan, upload: "once" }, handed.file));
    };
    await Promise.all(handed.plan.upload === "twice" ? [tell(), tell()] : [tell()]);
  };

  const handIn = async (plan: StatementPlan, file: StatementFile): Promise<HandedIn | null> => {
    const [from, to] = [DAYS[plan.first], DAYS[plan.first + plan.days - 1]];
    const body = plan.template === "classic" ? {} : { shortcode: credentials.shortcode, account: "utility", from, to };
    const askedAt = time.now();
    const answer = await client("a statement", (attempt) =>
      gateway.statements((doors) =>
        doors.start(callOf(attempt, { keyId: DESKS[0], body }) as unknown as Parameters<typeof doors.start>[0]),
      ),
    );
    if (!answer || "problem" in answer) return null;
    const id = String(answer.body["id"]);
    const words = file.isWhole ? "whole" : plan.faults.map(({ kind }) => kind).join(" ");
    note(`${id} is to say ${from} to ${to}, ${file.rows.length} rows, ${words}`);
    const handed: HandedIn = {
      id,
      plan,
      file,
      askedAt,
      uploadedAt: null,
      isGivenUp: false,
    };
    handedIn.push(handed);
    if (plan.upload !== "never") await upload(handed);
    return handed;
  };

  const export_ = async (plan: StatementPlan): Promise<void> => {
    const file = await exportStatement(simulator, plan);
    if (plan.againAfterMs !== null) time.after(plan.againAfterMs, () => void handIn({ ...plan, upload: "once" }, file));
    await handIn(plan, file);
  };

  const close = (day: string): Promise<unknown> =>
    client(`closing ${day}`, (attempt) =>
      gateway.reconciliations((doors) =>
        doors.close(
          callOf(attempt, {
            keyId: DESKS[0],
            params: { date: day },
          }) as unknown as Parameters<typeof doors.close>[0],
        ),
      ),
    );

  const resolve = async (id: string, keyId: string, resolution: string): Promise<void> => {
    const body = {
      resolution,
      note: `${keyId} has looked at it: ${resolution}`,
    };
    const answer = await client(`resolving ${id}`, (attempt) =>
      gateway.exceptions((doors) =>
        doors.resolve(
          callOf(attempt, {
            keyId,
            params: { id },
            body,
          }) as unknown as Parameters<typeof doors.resolve>[0],
        ),
      ),
    );
    if (answer && !("problem" in answer)) resolved.push({ id, by: `key:${keyId}`, resolution, note: body.note });
  };

  const remark = (id: string, keyId: string): Promise<unknown> =>
    client(`noting ${id}`, (attempt) =>
      gateway.exceptions((doors) =>
        doors.note(
          callOf(attempt, {
            keyId,
            params: { id },
            body: { note: "seen" },
          }) as unknown as Parameters<typeof doors.note>[0],
        ),
      ),
    );

  const ask = (id: string, keyId: string): Promise<unknown> =>
    client(`asking about ${id}`, (attempt) =>
      gateway.exceptions((doors) =>
        doors.ask(callOf(attempt, { keyId, params: { id } }) as unknown as Parameters<typeof doors.ask>[0]),
      ),
    );

  const work = async (id: string, { how, resolution }: Round): Promise<void> => {
    const [one, two] = DESKS;
    if (how === "one") {
      await resolve(id, one, resolution);
      return;
    }
    if (how === "asked") {
      await ask(id, two);
      return;
    }
    if (how === "both") {
      await Promise.all([resolve(id, one, resolution), resolve(id, two, "written_off")]);
      return;
    }
    await resolve(id, one, resolution);
    await remark(id, two);
    await resolve(id, two, "explained");
  };

  const lookAround = async (round: Round): Promise<void> => {
    const open = engine
      .all(TABLE_NAMES.transactions)
      .flatMap((item) =>
        item[AT.id]?.S?.startsWith("exc_") && STATE_CODES.read(item, AT.state) === "open" ? [item[AT.id]?.S ?? ""] : [],
      );
    for (const id of open.slice(0, MOST_AT_ONCE)) await work(id, round);
  };

  for (const plan of scenario.statements) time.after(plan.at, () => void export_(plan));
  for (const { at, day } of scenario.closes) time.after(at, () => void close(DAYS[day] ?? ""));
  for (const round of scenario.rounds) time.after(round.at, () => void lookAround(round));
  return { handedIn, resolved, handIn, close };
};
export type Desks = ReturnType<typeof startDesks>;
