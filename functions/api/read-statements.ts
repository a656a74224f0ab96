/**
 * GET /v1/statements and GET /v1/statements/{id}. What must stay true: a statement shows the business of every storefront on
 * the shortcode, so only the shortcode's owner is answered, and of its own statements; for all others there are none.
 */
import { isStatementId } from "../domain/ids.ts";
import type { StatementLedger } from "../store/statement-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { pageOf, paged } from "./listing.ts";
import { ok, problem } from "./reply.ts";
import { statementView, wholeStatement } from "./statement-view.ts";

export interface ReadStatementsDeps {
  readonly statements: Pick<StatementLedger, "read" | "list">;
  /** The storefront that the stage's shortcode belongs to; null where there is none at all. */
  readonly owner: () => Promise<string | null>;
}

export const readStatement =
  (deps: ReadStatementsDeps): Endpoint<typeof ROUTES.readStatement> =>
  async ({ caller, params }) => {
    if ((await deps.owner()) !== caller.storefront) return problem("not_found");
    const statement = isStatementId(params.id) ? await deps.statements.read(params.id) : null;
    return statement?.storefront === caller.storefront ? ok(wholeStatement(statement)) : problem("not_found");
  };

export const listStatements =
  (deps: ReadStatementsDeps): Endpoint<typeof ROUTES.listStatements> =>
  ({ caller, query }) =>
    paged(async () => {
      if ((await deps.owner()) !== caller.storefront) return problem("not_found");
      const { statements, next } = await deps.statements.list(caller.storefront, pageOf(query));
      return ok({ object: "list", data: statements.map(statementView), next_cursor: next });
    });
