/** What a stage's firewall lets through, as counts of requests in five minutes. */
export interface FirewallLimits {
  /** From one address that shows neither an API key nor a page's token: monitors, browsers that ask first, scanners. */
  readonly strangersPerAddress: number;
  /** From one address with API keys. Far above every tier's rate: it is for what goes wrong. */
  readonly serversPerAddress: number;
  /** With one page's token. A page asks every second and a half at the most, and may be open more than once. */
  readonly requestsPerPage: number;
  /** Prompts that pages ask for from one address. Customers of a phone company share addresses, by the hundred. */
  readonly promptsPerAddress: number;
  /** Callbacks from one address that is not Safaricom's. Above what its whole traffic comes to: it may be a new one. */
  readonly callbacksPerStranger: number;
}

export const FIREWALL_LIMITS: FirewallLimits = {
  strangersPerAddress: 2_000,
  serversPerAddress: 60_000,
  requestsPerPage: 1_000,
  promptsPerAddress: 300,
  callbacksPerStranger: 100_000,
};
