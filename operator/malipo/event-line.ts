/** An event in one readable line: when it came, what it is, what it is about, and what the target made of it. */
import type { MalipoEvent } from "../../web/client/src/malipo.ts";
import type { Forwarded } from "./forward.ts";
import { paintStatus, shillings, timeOfDay } from "./paint.ts";
import type { Paint } from "./paint.ts";

const WIDEST_TYPE = "batch.awaiting_approval".length;

const textOf = (object: object, name: string): string | null => {
  const value: unknown = Reflect.get(object, name);
  return typeof value === "string" ? value : null;
};

/** What it is about, by the fields that it has: a type that is newer than this command reads as well. */
const about = (paint: Paint, object: object): readonly string[] => {
  const amount: unknown = Reflect.get(object, "amount");
  const failure: unknown = Reflect.get(object, "failure");
  const status = textOf(object, "status");
  return [
    textOf(object, "id") ?? textOf(object, "endpoint") ?? "",
    typeof amount === "number" ? shillings(amount) : "",
    status === null ? "" : paintStatus(paint, status),
    textOf(object, "kind") ?? "",
    typeof failure === "object" && failure !== null ? (textOf(failure, "code") ?? "") : "",
    textOf(object, "receipt") ?? "",
  ].filter((word) => word !== "");
};

const outcome = (paint: Paint, { status, because, tookMs }: Forwarded): string => {
  if (status === null) return paint("red", `-> no answer (${because})`);
  return paint(status < 300 ? "green" : "red", `-> ${status}`) + paint("dim", ` in ${tookMs} ms`);
};

/** `forwarded` null: it was only shown. */
export const eventLine = (
  paint: Paint,
  event: MalipoEvent,
  { at, forwarded }: { readonly at: number; readonly forwarded: Forwarded | null },
): string =>
  [
    paint("dim", timeOfDay(at)),
    paint("bold", event.type.padEnd(WIDEST_TYPE)),
    ...about(paint, event.data.object),
    ...(forwarded === null ? [] : [outcome(paint, forwarded)]),
  ].join("  ");
