/** What API Gateway meters callers by. A key has an identifier of its own; all browsers of a stage share one. */
export const browserUsage = (stage: string): string => `malipo-${stage}-browser-client-tokens`;
