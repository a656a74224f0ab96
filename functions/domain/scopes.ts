/** What an API key may do. A key holds some of these; every route names the one that it needs. */
export const SCOPES = [
  "payments:read",
  "payments:write",
  "refunds:write",
  "payouts:write",
  "payouts:approve",
  "reconciliation:read",
  "reconciliation:write",
  "webhooks:write",
  "audit:read",
] as const;
export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);
