/** Routes of the statements that somebody hands in. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { statementRequest } from "./requests-statements.ts";
import { idParams, nothing, pageQuery } from "./requests.ts";

const READERS = ["reconciliation:read"] as const;

export const STATEMENT_ROUTES = {
  startStatement: route({
    operation: "startStatement",
    method: "POST",
    path: "/v1/statements",
    function: "statements",
    auth: "key",
    scopes: ["reconciliation:write"],
    idempotent: false,
    summary: "Hand in a statement",
    description:
      "Gives an address to PUT one statement of the M-PESA organisation portal to within 15 minutes, with exactly the headers that stand there and without an API key: CSV or XLSX, the portal's older or newer form, up to 250 MB and 1,100,000 rows, as the portal exports it. The import starts when the file lands; read the statement until it is `imported` or `refused`. The older form says itself which shortcode, account and days it is of; the newer one does not, so say it here: `shortcode`, `from` and `to`, and `account` unless it holds all of them. What the file and the request both say has to agree. The days it covers are reconciled again with it. All of them have to be over: export the statement after the last one's midnight, and only then ask here. The same statement twice changes nothing. A statement speaks for every storefront on the shortcode, so only the storefront that owns the shortcode hands one in; to all others there are no statements. The body may be left out.",
    params: nothing,
    query: nothing,
    body: statementRequest,
    success: { status: 201, description: "The statement, and where to send its file." },
    problems: ["invalid_request", "invalid_json", "body_too_large", "not_found", "daraja_not_configured"],
  }),
  readStatement: route({
    operation: "readStatement",
    method: "GET",
    path: "/v1/statements/{id}",
    function: "statements",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Read a statement",
    description:
      "How far its import has come, what it adds up to, and every row that could not be read, or why it was refused. Only for the storefront that owns the shortcode.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The statement." },
    problems: ["not_found", "daraja_not_configured"],
  }),
  listStatements: route({
    operation: "listStatements",
    method: "GET",
    path: "/v1/statements",
    function: "statements",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "List statements",
    description: "Those of the last twelve months, newest first. Only for the storefront that owns the shortcode.",
    params: nothing,
    query: pageQuery,
    body: null,
    success: { status: 200, description: "A page of statements." },
    problems: ["invalid_request", "not_found", "daraja_not_configured"],
  }),
} as const satisfies Record<string, Route>;
