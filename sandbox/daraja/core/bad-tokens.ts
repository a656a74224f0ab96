/**
 * How each product says that a token is bad. The same fault has another status, code and text in each, and the payout
 * products print the token back, which is why a client must scrub what it logs.
 */
import type { BadTokenReading, Product, Switches } from "./switches.ts";

const echoed = (token: string): BadTokenReading => ({
  status: 401,
  error_code: "401.002.01",
  error_message: `Error Occurred - Invalid Access Token - ${token}`,
});
const plain = (status: number, code: string) => (): BadTokenReading => ({
  status,
  error_code: code,
  error_message: "Invalid Access Token",
});

const usual: Record<Product, (token: string) => BadTokenReading> = {
  stk: plain(404, "404.001.03"),
  b2c: echoed,
  balance: echoed,
  status: plain(400, "400.003.01"),
  c2b: plain(400, "400.003.01"),
  pull: plain(401, "401.001"),
  reversal: plain(404, "404.001.03"),
};

/** The product's reading, unless a switch has another one. */
export const badTokenReading =
  (switches: () => Pick<Switches, "bad_token">, product: Product) =>
  (token: string): BadTokenReading => {
    const { bad_token: readings } = switches();
    return readings[product] ?? readings.every ?? usual[product](token);
  };
