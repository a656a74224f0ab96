/** GET /v1/exceptions and GET /v1/exceptions/{id}: what a person should look at, confined to the caller's storefront. */
import type { Clock } from "../domain/clock.ts";
import type { Exception } from "../domain/exception.ts";
import { isExceptionId } from "../domain/ids.ts";
import type { ExceptionFilters, ExceptionLedger } from "../store/exception-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { exceptionView, workedException } from "./exception-view.ts";
import { pageOf, paged } from "./listing.ts";
import { ok, problem } from "./reply.ts";

/** The storefront's exception `id`; null when there is none or it is another's, which look alike. */
export const ownException = async (
  exceptions: Pick<ExceptionLedger, "read">,
  storefront: string,
  id: string,
): Promise<Exception | null> => {
  const exception = isExceptionId(id) ? await exceptions.read(id) : null;
  return exception?.storefront === storefront ? exception : null;
};

export const readException =
  (deps: {
    readonly exceptions: Pick<ExceptionLedger, "read">;
    readonly clock: Clock;
  }): Endpoint<typeof ROUTES.readException> =>
  async ({ caller, params }) => {
    const exception = await ownException(deps.exceptions, caller.storefront, params.id);
    return exception ? ok(workedException(exception, deps.clock.now())) : problem("not_found");
  };

const filtersOf = ({ status, kind, age }: Call<typeof ROUTES.listExceptions>["query"]): ExceptionFilters => ({
  ...(status === undefined ? {} : { status }),
  ...(kind === undefined ? {} : { kind }),
  ...(age === undefined ? {} : { age }),
});

export const listExceptions =
  (deps: {
    readonly exceptions: Pick<ExceptionLedger, "list">;
    readonly clock: Clock;
  }): Endpoint<typeof ROUTES.listExceptions> =>
  ({ caller, query }) =>
    paged(async () => {
      const asked = { storefront: caller.storefront, filters: filtersOf(query), ...pageOf(query) };
      const { exceptions, next } = await deps.exceptions.list(asked);
      const now = deps.clock.now();
      return ok({
        object: "list",
        data: exceptions.map((exception) => exceptionView(exception, now)),
        next_cursor: next,
      });
    });
