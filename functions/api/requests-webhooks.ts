/** What comes in about webhooks. */
import * as z from "zod";
import { DELIVERY_STATUSES } from "../domain/webhook-delivery.ts";
import { LONGEST_ENDPOINT_URL } from "../domain/webhook-endpoint.ts";
import { SUBSCRIPTIONS } from "../domain/webhook-event.ts";
import { paging } from "./requests.ts";

export const ENDPOINT_STATUSES = ["enabled", "disabled"] as const;

const DESCRIPTION_LETTERS = 200;
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;

const url = () =>
  z
    .string("url is text")
    .min(1, "url is empty")
    .max(LONGEST_ENDPOINT_URL, `url has at most ${LONGEST_ENDPOINT_URL} characters`)
    .meta({
      description:
        "Where events are sent: https:// on port 443, at a public address, without a name or password in it.",
      examples: ["https://duka.co.ke/hooks/malipo"],
    });

const events = () =>
  z
    .array(z.enum(SUBSCRIPTIONS, `an event is one of ${SUBSCRIPTIONS.join(", ")}`), "events is a list")
    .min(1, "events names at least one event, or *")
    .max(SUBSCRIPTIONS.length, "events names each event once")
    .refine((names) => new Set(names).size === names.length, "events names each event once")
    .meta({ description: "What it is told of; `*` is everything, events to come included.", examples: [["*"]] });

const description = () =>
  z
    .string("description is text")
    .trim()
    .min(1, "description is empty")
    .max(DESCRIPTION_LETTERS, `description has at most ${DESCRIPTION_LETTERS} characters`)
    .regex(ONE_LINE, "description is one line without control characters")
    .meta({ description: "What your people call it.", examples: ["Orders"] });

export const webhookEndpointRequest = () =>
  z
    .strictObject({ url: url(), events: events(), description: description().optional() })
    .meta({ id: "WebhookEndpointRequest" });

export const webhookEndpointChange = () =>
  z
    .strictObject({
      url: url().optional(),
      events: events().optional(),
      description: description().nullable().optional(),
      status: z
        .enum(ENDPOINT_STATUSES, `status is one of ${ENDPOINT_STATUSES.join(", ")}`)
        .optional()
        .meta({ description: "`enabled` also ends what disabled it: its failures are forgotten." }),
    })
    .refine((change) => Object.keys(change).length > 0, "name at least one field to change")
    .meta({ id: "WebhookEndpointChange" });

const time = (name: string) => z.iso.datetime({ offset: true, error: `${name} is an ISO 8601 time with its zone` });
const status = () => z.enum(DELIVERY_STATUSES, `status is one of ${DELIVERY_STATUSES.join(", ")}`);

export const redeliveryRequest = () =>
  z
    .strictObject({
      from: time("from").meta({ description: "Deliveries that were made at this time or later." }),
      to: time("to").meta({ description: "And at this time or earlier." }),
      status: status().optional().meta({ description: "Only those that stand so; all of them when absent." }),
    })
    .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { path: ["to"], message: "to is not before from" })
    .meta({ id: "RedeliveryRequest" });

export const deliveryQuery = () => z.strictObject({ status: status().optional(), ...paging() });
