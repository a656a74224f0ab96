/** Problems of webhook endpoints and deliveries: what can't be done as things stand. */
import { kind } from "./problem-kind.ts";
import type { ProblemKind } from "./problem-kind.ts";

export const WEBHOOK_PROBLEMS = {
  too_many_webhook_endpoints: kind(409, "This storefront has too many webhook endpoints", {
    advice:
      "A storefront has at most 16, because every event is weighed against each. Delete one, or let one endpoint take more events.",
    safeToRetry: "after_fixing",
  }),
  webhook_endpoint_disabled: kind(409, "This webhook endpoint is disabled", {
    advice:
      'Nothing is sent to it. Mend what `disabled_because` names, enable it with PATCH /v1/webhook-endpoints/{id} and `{"status": "enabled"}`, then send the same request again.',
    safeToRetry: "after_fixing",
  }),
} as const satisfies Record<string, ProblemKind>;
