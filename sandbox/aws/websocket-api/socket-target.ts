/** Which open socket a call of the management endpoint is about: `/<api>/<stage>/@connections/<socket>`. */

export type SocketTarget = { readonly api: string; readonly stage: string; readonly connection: string };

const TARGET = /^\/([^/]+)\/([^/]+)\/@connections\/([^/?]+)$/;

/** Null for any other address. */
export const socketTarget = (url: string): SocketTarget | null => {
  const [, api, stage, connection] = TARGET.exec(url.split("?")[0] ?? "") ?? [];
  if (api === undefined || stage === undefined || connection === undefined) return null;
  return { api, stage, connection: decodeURIComponent(connection) };
};
