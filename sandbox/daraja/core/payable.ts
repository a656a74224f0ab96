/**
 * Whom a customer can pay from the phone's menu: every paybill under its shortcode, every till under its own number.
 */
import { receiverOf } from "./merchants.ts";
import type { MenuOrder } from "./menu-payment.ts";
import type { World } from "./world.ts";

export type Payable = Pick<MenuOrder, "kind" | "shortcode" | "receiver" | "merchantName">;

/** Who is registered under this shortcode; a till's is its store number. Undefined when nobody is. */
export const payableUnder = (
  world: Pick<World, "merchants" | "organisations">,
  shortcode: string,
): Payable | undefined => {
  const merchant = world.merchants.get(shortcode);
  if (merchant !== undefined)
    return { kind: merchant.kind, shortcode, receiver: receiverOf(merchant), merchantName: merchant.name };
  const name = world.organisations.get(shortcode);
  return name === undefined ? undefined : { kind: "paybill", shortcode, receiver: shortcode, merchantName: name };
};

/** Who is paid when a customer types this business number. Undefined when nobody is. */
export const payableAs = (
  world: Pick<World, "merchants" | "organisations">,
  businessNumber: string,
): Payable | undefined =>
  [...world.organisations.keys()]
    .map((shortcode) => payableUnder(world, shortcode))
    .find((payable) => payable?.receiver === businessNumber);
