/** A page for each problem of the API: how one comes to meet it, what to do, whether to send the request again. */
import type { Problem } from "./codes.ts";
import { codeBlock, escapeHtml, inline } from "./html.ts";
import type { Page } from "./shell.ts";

const AGAIN = {
  yes: "<strong>Yes</strong>: the very same request, with the same <code>Idempotency-Key</code>. Nothing happens twice.",
  after_fixing:
    "<strong>After it has been put right.</strong> As it is, the request gets the same answer however often it is sent.",
  no: "<strong>No.</strong> The same request gets the same answer; what to do instead stands above.",
} as const;

/** Where the reference describes an operation; `tagOf` says in which chapter it stands. */
const inReference = (
  { operation, method, path }: Pick<Problem["operations"][number], "operation" | "method" | "path">,
  tagOf: (operation: string) => string,
): string => `/docs/api#tag/${tagOf(operation).toLowerCase().replaceAll(" ", "-")}/${method}${path}`;

const answeredBy = ({ everywhere, operations }: Problem, tagOf: (operation: string) => string): string => {
  const entries = operations.map(
    (operation) =>
      `<li><a href="${escapeHtml(inReference(operation, tagOf))}"><code>${operation.method} ${escapeHtml(operation.path)}</code></a> ${escapeHtml(operation.summary)}</li>`,
  );
  if (everywhere || entries.length === 0) return "<p>Any operation that takes an API key can answer with it.</p>";
  return `<ul class="operations">${entries.join("")}</ul>`;
};

const FACTS = (problem: Problem): string =>
  `<dl class="facts"><div><dt>Status</dt><dd>${problem.status}</dd></div><div><dt>Code</dt><dd><code>${problem.code}</code></dd></div></dl>`;

/** The page of one problem. */
export const problemPage = (problem: Problem, tagOf: (operation: string) => string): Page => ({
  title: problem.title,
  description: `${problem.code}: ${problem.title}. What it means, what to do, and whether to send the request again.`,
  address: `/docs/errors/${problem.code}`,
  above: '<a href="/docs/errors">Errors of the API</a>',
  html: `${FACTS(problem)}
<h2 id="cause">How it comes about</h2>
<p>${inline(problem.cause)}</p>
<h2 id="what-to-do">What to do</h2>
<p>${inline(problem.advice)}</p>
<h2 id="again">Send it again?</h2>
<p>${AGAIN[problem.safe_to_retry]}</p>
<h2 id="body">What it looks like</h2>
${codeBlock(JSON.stringify(problem.example, null, 2), "json")}
<h2 id="operations">Who answers with it</h2>
${answeredBy(problem, tagOf)}`,
});
