/**
 * The internet between the sender and its receivers: names, addresses, and requests that arrive or don't. It stands where
 * `node:https` does, so the sender's own code makes the requests. What must stay true: a request goes to the address that
 * its caller looked up and to no other; what the receiver did is known whether or not its answer arrived.
 */
import { EventEmitter } from "node:events";
import type { RequestOptions } from "node:https";
import type { LookupAddress } from "node:dns";
import type { Resolve } from "../../../functions/webhooks/address-guard.ts";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import { mannerAt } from "./spells.ts";
import type { Manner, Receiver } from "./spells.ts";

/** A request as it arrives somewhere. */
export interface Arrived {
  readonly url: URL;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface InternetParts {
  readonly time: Pick<VirtualTime, "now" | "after" | "wait">;
  readonly chance: Chance;
  /** Milliseconds since the world began. */
  readonly age: () => number;
  /** Who answers to a host name; undefined for nobody. */
  readonly receiverAt: (host: string) => Receiver | undefined;
  /** Somebody was called, whether or not they look at it. */
  readonly called: (arrived: Arrived) => { readonly ended: () => void };
  /** The receiver has said 2xx to it, and the sender hears so. */
  readonly acknowledged: (arrived: Arrived) => void;
  /** The receiver asks to be left alone for so many seconds, and the sender hears so. */
  readonly askedForTime: (arrived: Arrived, seconds: number) => void;
  /** The receiver has said 410, and the sender hears so. */
  readonly unwanted: (arrived: Arrived) => void;
  readonly note: (what: string) => void;
}

/** What stands behind every good name, and inside our own network. */
export const GOOD_ADDRESS = "41.90.64.10";
const INNER_ADDRESSES: readonly [readonly string[], ...(readonly string[])[]] = [
  ["10.0.0.8"],
  ["169.254.169.254"],
  ["::1"],
  ["fd00::7"],
  [GOOD_ADDRESS, "192.168.0.3"],
];

const PIECE_BYTES = 16_384;
const PIECES = 8;
const LATENCY_MS = { least: 15, most: 250 } as const;
/** How long a slow receiver takes: some of it longer than anybody waits. */
const SLOW_MS = { least: 1_000, most: 15_000 } as const;

const fault = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

class Response extends EventEmitter {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(statusCode: number, headers: Readonly<Record<string, string>> = {}) {
    super();
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

/** What a careless receiver writes into its answers. */
const LOOSE_TALK = "phone 0712345678, Authorization: Bearer sk_live_0123456789abcdefghjkmnpq \u0000\u0007";

const statusOf = (manner: Manner, number: number): number => {
  switch (manner) {
    case "error":
      return number;
    case "garbage":
      return 500;
    case "redirect":
      return 307;
    case "gone":
      return 410;
    case "busy":
      return 503;
    default:
      return 200;
  }
};

class Request extends EventEmitter {
  isGone = false;
  readonly #serve: (body: string, request: Request) => void;
  constructor(serve: (body: string, request: Request) => void) {
    super();
    this.#serve = serve;
  }
  end(body: string): void {
    this.#serve(body, this);
  }
  destroy(): void {
    this.isGone = true;
  }
}

export const createInternet = (parts: InternetParts) => {
  const { time, chance, age, note } = parts;

  const resolve: Resolve = async (host) => {
    await time.wait(chance.between(1, LATENCY_MS.most));
    const receiver = parts.receiverAt(host);
    const { manner } = receiver ? mannerAt(receiver, age()) : { manner: "unresolved" };
    if (manner === "unresolved") throw fault("ENOTFOUND");
    return manner === "private" ? chance.pick(INNER_ADDRESSES) : [GOOD_ADDRESS];
  };

  const retryAfter = (seconds: number): string =>
    chance.happens(0.5) ? String(seconds) : new Date(time.now() + seconds * 1_000).toUTCString();

  const answer = (request: Request, arrived: Arrived, { manner, number }: { manner: Manner; number: number }): void => {
    if (request.isGone) {
      note(`nobody waits any more for the answer of ${arrived.url.host}`);
      return;
    }
    const status = statusOf(manner, number);
    const headers: Record<string, string> =
      manner === "busy"
        ? { "retry-after": retryAfter(number) }
        : manner === "redirect"
          ? { location: "https://10.0.0.8/" }
          : {};
    const response = new Response(status, headers);
    note(`${arrived.url.host} answers ${status} to ${arrived.headers["webhook-id"] ?? ""}`);
    if (status < 300) parts.acknowledged(arrived);
    if (manner === "busy") parts.askedForTime(arrived, number);
    if (status === 410) parts.unwanted(arrived);
    request.emit("response", response);
    if (manner === "half") return void response.emit("data", Buffer.from("wait"));
    if (manner === "garbage") response.emit("data", Buffer.from(LOOSE_TALK.repeat(40)));
    if (manner === "huge")
      for (let piece = 0; piece < PIECES; piece += 1) response.emit("data", Buffer.alloc(PIECE_BYTES, "x"));
    response.emit("end");
  };

  const serve = (request: Request, arrived: Arrived): void => {
    const receiver = parts.receiverAt(arrived.url.hostname);
    const spell = receiver ? mannerAt(receiver, age()) : ({ manner: "refused", number: 0 } as const);
    const { manner } = spell;
    const fail = (code: string): void => {
      note(`${arrived.url.host}: ${code}`);
      if (!request.isGone) request.emit("error", fault(code));
    };
    const later = (run: () => void): void => {
      const slow = manner === "slow" ? chance.between(SLOW_MS.least, SLOW_MS.most) : 0;
      time.after(slow + chance.between(LATENCY_MS.least, LATENCY_MS.most), run);
    };
    if (manner === "refused") {
      later(() => fail("ECONNREFUSED"));
      return;
    }
    const { ended } = parts.called(arrived);
    request.once("close", ended);
    if (manner === "hang") note(`${arrived.url.host} says nothing`);
    else if (manner === "lost_answer" || chance.happens(receiver?.flaky ?? 0)) later(() => fail("ECONNRESET"));
    else later(() => answer(request, arrived, spell));
  };

  /** As `https.request`. */
  const request = (url: URL, { lookup, headers }: RequestOptions): Request => {
    const made = new Request((body, self) => {
      lookup?.(url.hostname, { all: true }, (failed, found) => {
        const [first] = found as LookupAddress[];
        if (failed || first === undefined) return void self.emit("error", failed ?? fault("ENOTFOUND"));
        serve(self, { url, address: first.address, headers: headers as Record<string, string>, body });
      });
    });
    const destroy = made.destroy.bind(made);
    made.destroy = () => {
      destroy();
      made.emit("close");
    };
    return made;
  };

  return { resolve, request };
};
