/**
 * POST /v1/statements: an address to send one statement's file to. What must stay true: a statement speaks for every
 * storefront on the shortcode, so only the shortcode's owner hands one in; nothing is read or changed before the file is
 * there; the address names one file, takes one upload's headers and ends soon.
 */
import type { Clock } from "../domain/clock.ts";
import { dayBounds, utcIso } from "../domain/time.ts";
import type { AskedStatement } from "../domain/statement.ts";
import type { Files } from "../runtime/files.ts";
import type { Log } from "../runtime/logger.ts";
import type { StatementLedger } from "../store/statement-ledger.ts";
import { uploadKey } from "../statements-import/places.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { created, problem } from "./reply.ts";
import type { StartedStatement } from "./responses-statements.ts";
import { statementView } from "./statement-view.ts";

const UPLOAD_SECONDS = 900;
/** What a file is told by is in it, so every kind is sent under one type. */
const TYPE = "application/octet-stream";

type StartRoute = typeof ROUTES.startStatement;

export interface StartStatementDeps {
  readonly statements: Pick<StatementLedger, "open">;
  readonly files: Pick<Files, "uploadUrl">;
  /** The shortcodes that the stage's credentials belong to. */
  readonly shortcodes: () => Promise<readonly string[]>;
  /** The storefront that the stage's shortcode belongs to; null where there is none at all. */
  readonly owner: () => Promise<string | null>;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

const askedOf = (body: Call<StartRoute>["body"]): AskedStatement => ({
  shortcode: body?.shortcode ?? null,
  account: body?.account ?? null,
  from: body?.from === undefined ? null : (dayBounds(body.from)?.from ?? null),
  until: body?.to === undefined ? null : (dayBounds(body.to)?.until ?? null),
});

export const startStatement =
  (deps: StartStatementDeps): Endpoint<StartRoute> =>
  async ({ caller, body }) => {
    if ((await deps.owner()) !== caller.storefront) return problem("not_found");
    const asked = askedOf(body);
    const ours = await deps.shortcodes();
    if (asked.shortcode !== null && !ours.includes(asked.shortcode))
      return problem("invalid_request", {
        errors: [{ pointer: "/shortcode", message: `this gateway works for ${ours.join(" and ")}` }],
      });
    const now = deps.clock.now();
    const { storefront, keyId } = caller;
    const id = deps.newId();
    const statement = await deps.statements.open({ id, storefront, asked, createdBy: keyId, createdAt: now });
    const url = await deps.files.uploadUrl(uploadKey(id), { expiresInSeconds: UPLOAD_SECONDS, contentType: TYPE });
    deps.log.info("statement.awaited", { statement: id });
    const started: StartedStatement = {
      ...statementView(statement),
      upload: {
        url,
        method: "PUT",
        headers: { "content-type": TYPE },
        expires_at: utcIso(now + UPLOAD_SECONDS * 1000),
      },
    };
    return created(started, { replayed: false });
  };
