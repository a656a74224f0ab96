/**
 * Payers' open pages and what API Gateway keeps between them and the gateway. What must stay true: a page hears what is
 * said on its own socket and nothing else; one that vanished is gone, though nobody was told.
 */
import { GoneException, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { CLIENT_TOKEN_MS, mintClientToken } from "../../../functions/api/client-token.ts";
import type { SocketEvent, SocketReply } from "../../../functions/runtime/sockets.ts";
import { createChance } from "../core/prng.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import { SIGNING } from "./gateway.ts";
import { paymentIdOf } from "./ledger-life.ts";
import type { PaymentPlan } from "./scenario.ts";

type Invoke = (event: SocketEvent) => Promise<SocketReply>;

interface Page {
  readonly payment: string;
  /** `limbo`: the payer is gone, and API Gateway does not know it yet. */
  state: "open" | "limbo" | "gone";
}

const LATENCY_MS = { least: 5, most: 80 } as const;
/** How long API Gateway takes a socket that is gone for open. */
const LIMBO_MS = 20_000;
/** Longer than anybody waits for a push. */
const SILENCE_MS = 5_000;

export const createPages = (world: BareWorld) => {
  const { time, note, books, wrong } = world;
  const chance = createChance(world.chance.split());
  const pages = new Map<string, Page>();

  const aborted = (signal: AbortSignal | undefined): Promise<never> =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new Error("the push was called off")));
    });

  /** As `ApiGatewayManagementApiClient.send`. */
  const send = async (command: unknown, options?: { readonly abortSignal: AbortSignal }): Promise<object> => {
    if (!(command instanceof PostToConnectionCommand)) throw new TypeError("API Gateway does not know this command");
    const { ConnectionId: connection = "", Data: text } = command.input;
    const page = pages.get(connection);
    await time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));
    if (!page || page.state === "gone") throw new GoneException({ $metadata: {}, message: "" });
    if (page.state === "limbo") {
      note(`${connection} does not answer`);
      await Promise.race([time.wait(SILENCE_MS), aborted(options?.abortSignal)]);
      return {};
    }
    note(`${connection} is pushed ${page.payment}`);
    books.said(page.payment, typeof text === "string" ? text : "");
    return {};
  };

  const visit = async (connection: string, plan: PaymentPlan, invoke: Invoke): Promise<void> => {
    const payment = paymentIdOf(plan);
    const token = mintClientToken(payment, time.now() + CLIENT_TOKEN_MS, SIGNING);
    const page: Page = { payment, state: "open" };
    pages.set(connection, page);
    const reply = await invoke({ happened: "opened", connection, token }).catch(() => null);
    if (reply?.status !== 200) return void (page.state = "gone");
    const least = books.versionOf(payment);
    const said = await invoke({ happened: "said", connection, text: '{"action":"state"}' }).catch(() => null);
    const sequence = said?.text ? books.said(payment, said.text) : null;
    if (sequence !== null && sequence < least) wrong.push(`${payment} was shown as it was before its latest change`);
    await time.wait(plan.page?.staysMs ?? 0);
    if (plan.page?.vanishes !== true) {
      page.state = "gone";
      await invoke({ happened: "closed", connection }).catch(() => null);
      return;
    }
    page.state = "limbo";
    note(`${connection} vanishes`);
    time.after(LIMBO_MS, () => void (page.state = "gone"));
  };

  const start = (invoke: Invoke): void => {
    for (const [place, plan] of world.scenario.payments.entries())
      if (plan.page)
        time.after(START + plan.at + plan.page.afterMs - time.now(), () => void visit(`page-${place}`, plan, invoke));
  };
  return { send, start };
};
