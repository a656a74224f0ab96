/**
 * `listen`: makes a webhook endpoint of this machine for as long as it runs, shows every event in one line, and passes it
 * on. What must stay true: only what Malipo signed is passed on; what the target answered is what Malipo is told, so it
 * tries again what failed, and this command never does; the endpoint is gone when the command is.
 */
import { WebhookRefused, verifyWebhook } from "../../web/client/src/malipo.ts";
import type { Malipo, MalipoEvent } from "../../web/client/src/malipo.ts";
import { NotDone } from "../refusal.ts";
import type { MalipoDeps } from "./deps.ts";
import { eventLine } from "./event-line.ts";
import { forward } from "./forward.ts";
import { timeOfDay } from "./paint.ts";
import type { Delivery } from "./receiver.ts";

type Deps = Pick<MalipoDeps, "openReceiver" | "fetch" | "clock" | "terminal" | "paint" | "signal">;

const BAD_REQUEST = 400;
const BAD_GATEWAY = 502;
const NO_CONTENT = 204;
const NOT_YET = 503;

const verified = ({ body, headers }: Delivery, secret: string): MalipoEvent | WebhookRefused => {
  try {
    return verifyWebhook(body, headers, secret);
  } catch (fault) {
    if (fault instanceof WebhookRefused) return fault;
    throw fault;
  }
};

/** What is done with one delivery; gives the status to answer with. */
const hear = async (
  deps: Deps,
  delivery: Delivery,
  { secret, forwardTo }: { readonly secret: string; readonly forwardTo: URL | null },
): Promise<number> => {
  const { clock, paint, terminal } = deps;
  const at = clock.now();
  const event = verified(delivery, secret);
  if (event instanceof WebhookRefused) {
    terminal.answer(`${paint("dim", timeOfDay(at))}  ${paint("red", `refused: ${event.message}`)}`);
    return BAD_REQUEST;
  }
  const forwarded = forwardTo === null ? null : await forward(deps, forwardTo, delivery);
  terminal.answer(eventLine(paint, event, { at, forwarded }));
  return forwarded === null ? NO_CONTENT : (forwarded.status ?? BAD_GATEWAY);
};

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const remove = async (shop: Malipo, id: string): Promise<void> => {
  try {
    await shop.deleteWebhookEndpoint(id);
  } catch (fault) {
    const message = `The webhook endpoint ${id} could not be removed: remove it with DELETE /v1/webhook-endpoints/${id}.`;
    throw new NotDone(message, { cause: fault });
  }
};

/** Runs until the person stops it. @throws NotDone when the endpoint is left behind. */
export const listen = async (deps: Deps, shop: Malipo, forwardTo: URL | null): Promise<void> => {
  let secret: string | null = null;
  const receiver = await deps.openReceiver((delivery) =>
    // Malipo sends it again: the first event may be there before the endpoint's own secret is.
    secret === null ? Promise.resolve(NOT_YET) : hear(deps, delivery, { secret, forwardTo }),
  );
  try {
    const { id, secrets } = await shop.createWebhookEndpoint({
      url: receiver.url,
      events: ["*"],
      description: "npm run malipo -- listen",
    });
    secret = secrets.v1;
    const to = forwardTo === null ? "" : `, and passing them on to ${forwardTo.href}`;
    deps.terminal.say(`${id} listens to all events${to}. Ctrl-C ends it.`);
    deps.terminal.say(`Their signatures are made with ${secret}`);
    await untilStopped(deps.signal);
    await remove(shop, id);
    deps.terminal.say("The endpoint is removed.");
  } finally {
    await receiver.close();
  }
};
