/** A morning of finance: exceptions are found, worked on, asked about and resolved, and every step is told afterwards. */
import { describe, expect, inject, test } from "vitest";
import { financeAt, newReceiver } from "./finance.ts";
import { call, ended, KEYS, newPhone, payer, reference, sendCallback, startInTurn, until } from "./storefront.ts";
import type { Answer } from "./storefront.ts";

const payouts = financeAt({ gateway: inject("gatewayUrl"), simulator: inject("simulatorUrl") });

interface Worked {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly transaction: string | null;
  readonly owner: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly resolution: { readonly kind: string; readonly note: string; readonly by: string } | null;
  readonly chain: { readonly intact: boolean };
  readonly data: readonly { readonly finding: string; readonly facts: Record<string, unknown> }[];
}

const finance = <T = Worked>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  call<T>(method, path, { key: KEYS.finance, ...(body === undefined ? {} : { body }) });
const act = (id: string, what: "assign" | "note" | "resolve" | "ask", body?: unknown): Promise<Answer<Worked>> =>
  finance("POST", `/v1/exceptions/${id}/${what}`, body);

/** What is still open about one payment, of one kind. */
const open = async (kind: string, transaction: string): Promise<readonly Worked[]> => {
  const path = `/v1/exceptions?status=open&kind=${kind}&age=under_1_hour&limit=100`;
  const { body } = await finance<{ data: Worked[] }>("GET", path);
  return body.data.filter((exception) => exception.transaction === transaction);
};
const opened = async (kind: string, transaction: string): Promise<Worked> => {
  const [exception] = await until(
    () => open(kind, transaction),
    (found) => found.length > 0,
  );
  return exception!;
};

const mpesa = payouts.direct;
const CONFIRMATION = "/c2b/confirmation";

/** The exception about a confirmation that comes from an address which is not Safaricom's. */
const doubted = async (receipt: string, amount: number): Promise<string> => {
  const { data: registered } = await mpesa<{ data: { confirmation_url: string }[] }>("GET", "/simulator/c2b/urls");
  const body = {
    ...{ TransactionType: "Pay Bill", TransID: receipt, TransTime: "20261122081500", TransAmount: `${amount}.00` },
    ...{ BusinessShortCode: "174379", BillRefNumber: "INV-1", MSISDN: "2547 ***** 126", FirstName: "JANE" },
  };
  expect(await sendCallback(registered[0]!.confirmation_url, body, "127.0.0.2")).toBe(200);
  const path = "/v1/exceptions?kind=unverified_source&age=under_1_hour&limit=100";
  const ofReceipt = ({ details }: Worked): boolean => details["receipt"] === receipt;
  const { body: listed } = await until(
    () => finance<{ data: Worked[] }>("GET", path),
    (seen) => seen.body.data.some(ofReceipt),
  );
  return listed.data.find(ofReceipt)!.id;
};

describe.concurrent("an exception", () => {
  test("about late money is given to somebody, asked about, and resolved by a person with a note", async () => {
    const { body: payment } = await startInTurn({ phone: payer("17"), reference: reference() });
    const { id } = await opened("late_success", payment.id);
    expect((await act(id, "assign", { owner: "Amina" })).body).toMatchObject({ owner: "Amina", status: "open" });
    expect((await act(id, "note", { note: "Called 0712 345 678: the order came." })).status).toBe(200);
    const asked = await until(
      () => act(id, "ask"),
      ({ body }) => body.data.at(-1)?.facts["told"] === true,
    );
    expect(asked.body).toMatchObject({ status: "open", kind: "late_success" });
    const resolution = { resolution: "explained", note: "Delivered, although the payment looked failed." };
    const resolved = await act(id, "resolve", resolution);
    expect(resolved.body).toMatchObject({
      status: "resolved",
      resolution: { kind: "explained" },
      chain: { intact: true },
    });
    expect(await act(id, "resolve", resolution)).toMatchObject({ status: 200, body: resolved.body });
    expect(await act(id, "resolve", { ...resolution, resolution: "refunded" })).toMatchObject({ status: 409 });
    expect(await open("late_success", payment.id)).toEqual([]);
    expect((await finance("GET", `/v1/exceptions/${id}`)).body).toEqual(resolved.body);
    const { body: told } = await finance<{ exceptions: Worked[] }>("GET", `/v1/transactions/${payment.id}/history`);
    expect(told.exceptions).toEqual([resolved.body]);
    expect(JSON.stringify(told)).not.toMatch(/0712 ?345 ?678|254712345678/);
  });

  test("about a callback that nobody can read is resolved by M-PESA's own word", async () => {
    const { body: payment } = await startInTurn({ phone: payer("16"), reference: reference() });
    const { id } = await opened("unreadable_callback", payment.id);
    expect(await ended(payment.id)).toMatchObject({ status: "succeeded" });
    const settled = await until(
      () =>
        finance("GET", `/v1/exceptions/${id}`).then(async ({ body }) =>
          body.status === "open" ? (await act(id, "ask")).body : body,
        ),
      ({ status }) => status === "resolved",
    );
    expect(settled).toMatchObject({ resolution: { kind: "evidence" }, chain: { intact: true } });
  });

  test("about a payout has M-PESA asked by transaction status, whose answer is told with the payout", async () => {
    const { body: paying } = await payouts.pay({ phone: newReceiver(), amount: 120 });
    const paid = await until(
      () => payouts.payout(paying.id),
      ({ status }) => status === "succeeded",
    );
    const [truth] = await payouts.truthOf(paid.id);
    expect(await sendCallback(truth!.result_url, "<html>odd</html>")).toBe(200);
    const { id } = await opened("unreadable_callback", paid.id);
    const asked = await act(id, "ask");
    expect(asked).toMatchObject({ status: 200, body: { status: "open" } });
    expect(asked.body.data.map(({ finding }) => finding)).toEqual(["opened", "asked"]);
    const answers = await until(
      () => finance<{ kept: { finding: string; source: string }[] }>("GET", `/v1/transactions/${paid.id}/history`),
      ({ status, body }) => status === 200 && body.kept.length > 0,
    );
    // What nobody could read was asked about too: one answer or two, and both say the same.
    expect(new Set(answers.body.kept.map(({ finding }) => finding))).toEqual(new Set(["paid"]));
  });

  test("about a confirmation from elsewhere has M-PESA's books looked up by the receipt: they prove it, or they do not", async () => {
    const msisdn = newPhone();
    const lost = { match: { msisdn, path: CONFIRMATION }, fault: { callback: { drop: true } } };
    await mpesa("POST", "/simulator/faults", lost);
    await mpesa("POST", "/simulator/c2b", { shortcode: "174379", reference: reference(), amount: 73, msisdn });
    const { data: truth } = await until(
      () => mpesa<{ data: { state: string; receipt: string }[] }>("GET", `/simulator/transactions?msisdn=${msisdn}`),
      ({ data }) => data[0]?.state === "paid",
    );
    const real = truth[0]!.receipt;
    const [id, forged] = [await doubted(real, 73), await doubted("ZZ9ZZ9ZZ9Z", 73)];

    const settled = await until(
      () => act(id, "ask").then(() => finance("GET", `/v1/exceptions/${id}`)),
      ({ body }) => body.status === "resolved",
    );
    expect(settled.body).toMatchObject({ resolution: { kind: "evidence" }, chain: { intact: true } });
    const { body: payments } = await call<{ data: object[] }>("GET", `/v1/payments?receipt=${real}`);
    expect(payments.data).toMatchObject([{ source: "paybill", status: "succeeded", amount: 73, receipt: real }]);

    expect(await act(forged, "ask")).toMatchObject({ status: 200 });
    const left = await until(
      () => finance("GET", `/v1/exceptions/${forged}`),
      ({ body }) => body.data.at(-1)?.finding === "noted",
    );
    expect(left.body.status).toBe("open");
    expect((await call<{ data: object[] }>("GET", "/v1/payments?receipt=ZZ9ZZ9ZZ9Z")).body.data).toEqual([]);
  });

  test("is nobody's to work on but theirs who reconcile", async () => {
    const path = "/v1/exceptions/exc_00000000000000000000000000";
    for (const [key, status] of [
      [KEYS.storefront, 403],
      [KEYS.approver, 403],
      [KEYS.finance, 404],
    ] as const) {
      expect(await call("GET", path, { key })).toMatchObject({ status });
      expect(await call("POST", `${path}/ask`, { key })).toMatchObject({ status });
    }
  });
});
