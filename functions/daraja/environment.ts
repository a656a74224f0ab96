/**
 * The two worlds of Daraja and what differs between them, in one table. Paths, payloads and codes are the same in both.
 */

export const DARAJA_ENVIRONMENTS = ["sandbox", "production"] as const;
export type DarajaEnvironment = (typeof DARAJA_ENVIRONMENTS)[number];

export interface EnvironmentFacts {
  /** Daraja's address, without a trailing slash. */
  readonly baseUrl: string;
  /** Common name of Safaricom's certificate whose key encrypts initiator passwords. */
  readonly certificate: string;
  /** Which callback URLs Daraja takes there: see `checkCallbackUrl`. */
  readonly callbackPolicy: "any_host" | "public_https";
}

export const DARAJA: Readonly<Record<DarajaEnvironment, EnvironmentFacts>> = {
  sandbox: {
    baseUrl: "https://sandbox.safaricom.co.ke",
    certificate: "sandbox.safaricom.co.ke",
    callbackPolicy: "any_host",
  },
  production: {
    baseUrl: "https://api.safaricom.co.ke",
    certificate: "apigee.apicaller.safaricom.co.ke",
    callbackPolicy: "public_https",
  },
};

/** The addresses that Safaricom says callbacks come from (Daraja portal, "Getting started"), for both environments. */
export const SAFARICOM_CALLBACK_ADDRESSES: readonly string[] = [
  "196.201.212.69",
  "196.201.212.74",
  "196.201.212.127",
  "196.201.212.129",
  "196.201.212.136",
  "196.201.212.138",
  "196.201.213.44",
  "196.201.213.114",
  "196.201.214.200",
  "196.201.214.206",
  "196.201.214.207",
  "196.201.214.208",
];

/** Addresses that several independent clients list too, although Safaricom's page does not. A stage may add them. */
export const REPORTED_CALLBACK_ADDRESSES: readonly string[] = ["196.201.212.128", "196.201.212.132"];
