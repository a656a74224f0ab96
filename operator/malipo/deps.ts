/** What the commands of `npm run malipo` are made of. */
import type { Clock, Malipo } from "../../web/client/src/malipo.ts";
import type { Terminal } from "../terminal.ts";
import type { Paint } from "./paint.ts";
import type { OpenReceiver } from "./receiver.ts";

export interface MalipoDeps {
  readonly connect: (baseUrl: string, key: string) => Malipo;
  readonly openReceiver: OpenReceiver;
  /** How webhooks are passed on. */
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly paint: Paint;
  /** `MALIPO_KEY`; it is used and never shown. */
  readonly keyFromEnvironment: string | undefined;
  /** Aborted when the person has seen enough. */
  readonly signal: AbortSignal;
}

/** The people of a business, each with a key that may do what they do. */
export interface Desk {
  /** Asks for money, gives it back, hears webhooks. */
  readonly shop: Malipo;
  /** Pays out, and sees the exceptions. */
  readonly finance: Malipo;
  /** Approves what finance has prepared. */
  readonly approver: Malipo;
}
