/** The hash of a phone is read back whatever it begins with; that of an erased one is nobody's. */
import { expect, test } from "vitest";
import { text } from "../../../functions/store/attributes.ts";
import { keys } from "../../../functions/store/keys.ts";
import { AT, readPhoneHash, unsearchable } from "../../../functions/store/transaction-item.ts";

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test.each(BASE64URL.split(""))("a hash that begins with %s is a hash", (first) => {
  const hash = `${first}1iEVI2ZGbPuGmCarDzExw`;
  expect(readPhoneHash({ [AT.phoneKey]: text(keys.phone(hash, "shop")) })).toBe(hash);
});

test("what an erasure leaves in its place is none", () => {
  expect(readPhoneHash({ [AT.phoneKey]: text(unsearchable("pay_07cb3ap4r7gv1ua98q8j0dr9qu", "shop")) })).toBeNull();
});
