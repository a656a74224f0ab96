/** Finance at its exceptions: how they come about, and a desk to work on them. */
import { expect } from "vitest";
import { WorkedException } from "../../../functions/api/responses-exceptions.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import { LIMITS } from "../store/database.ts";
import { accepted, evidence, freshReceipt, intent, paid, unpaid } from "../store/samples.ts";
import type { Asked, Desk } from "./finance-desk.ts";

export const WORKER = { key: "key_amina", scopes: ["reconciliation:write", "reconciliation:read"] } satisfies Asked;
export const READER = { key: "key_auditor", scopes: ["reconciliation:read", "audit:read"] } satisfies Asked;
export const RESOLUTION = { resolution: "explained", note: "The order was delivered." };

export const found = (exception: WorkedException): readonly string[] => exception.data.map(({ finding }) => finding);

export const openCasework = ({ ask: send, books: { ledger } }: Desk) => {
  const ask = (route: Route, id: string, asked: Asked = {}): Promise<HttpResponse> =>
    send(route, { id, ...WORKER, ...asked });
  const worked = async (route: Route, id: string, asked: Asked = {}): Promise<WorkedException> => {
    const response = await ask(route, id, asked);
    expect(response).toMatchObject({ status: 200 });
    return WorkedException.parse(response.body);
  };

  const started = async (): Promise<PaymentIntent> => {
    const asked = intent({ storefront: "shop" });
    await ledger.open(asked, LIMITS);
    await ledger.record(asked.id, accepted(asked));
    return asked;
  };
  /** Money after a failure. */
  const lateMoney = async (): Promise<{ asked: PaymentIntent; id: string }> => {
    const asked = await started();
    await ledger.record(asked.id, unpaid(asked));
    await ledger.record(asked.id, paid(asked, freshReceipt()));
    return { asked, id: exceptionId(asked.id, "late_success") };
  };
  /** Nobody ever said how it ended. */
  const overdue = async (): Promise<{ asked: PaymentIntent; id: string }> => {
    const asked = await started();
    await ledger.record(asked.id, evidence({ finding: "overdue" }, { source: "sweep", by: "sweep" }));
    return { asked, id: exceptionId(asked.id, "uncertain_overdue") };
  };

  return { ask, worked, started, lateMoney, overdue };
};
export type Casework = ReturnType<typeof openCasework>;
