/** The shapes of requests about payments from the phone's menu. */
import * as z from "zod";
import { line } from "./requests.ts";

export const routing = () =>
  z
    .strictObject({
      reference: line(1, 64, "reference").meta({
        description: "What the payment is for, in your own words: the order's number, the invoice, the account.",
        examples: ["INV-1001"],
      }),
      storefront: z
        .string("storefront is text")
        .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, "storefront is a storefront's id")
        .optional()
        .meta({ description: "Whose it is, when it is not yours. Only the shortcode's owner may say so." }),
    })
    .meta({ id: "PaymentRouting" });
