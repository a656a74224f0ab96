/**
 * A dossier as a page to print and put into a file: who reads it has no computer at hand, so it says in words what was
 * found, when, on whose word, and whether anything was changed since.
 */
import { lifePicture } from "./dossier-picture.ts";
import { DOSSIER_POLICY, DOSSIER_STYLE } from "./dossier-style.ts";
import {
  FACTS,
  factWord,
  findingWords,
  nairobiWords,
  plainWords,
  RELATIONS,
  shillingWords,
  sourceWords,
} from "./dossier-words.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { TimelineEntry } from "./responses-timeline.ts";
import type { Dossier, Timeline } from "./responses.ts";

export interface Page {
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

type Shown = Timeline["transaction"];

const ISO = /^\d{4}-\d\d-\d\dT/;

const valueWords = (field: string, value: unknown): string | null => {
  if (typeof value === "number") return field.endsWith("amount") && value > 0 ? shillingWords(value) : null;
  if (typeof value !== "string" || value === "") return null;
  return ISO.test(value) ? nairobiWords(value) : value;
};

const facts = (shown: Shown): readonly Html[] => {
  const fields = new Map<string, unknown>(Object.entries(shown));
  return FACTS.flatMap(([field, words]) => {
    const value = valueWords(field, fields.get(field));
    return value === null
      ? []
      : [
          html`<dt>${words}</dt>
            <dd>${value}</dd>`,
        ];
  });
};

const json = (value: unknown): Html | null =>
  value === null || value === undefined
    ? null
    : html`<pre>${typeof value === "string" ? value : JSON.stringify(value, null, 1)}</pre>`;

const factWords = (said: TimelineEntry["facts"]): string => Object.entries(said).map(factWord).join(" · ");

const entryItem = (entry: TimelineEntry): Html =>
  html`<li class="entry">
    <div class="line">
      <span class="when">${nairobiWords(entry.at)}</span>
      <div>
        <p class="what">
          <b>${findingWords(entry)}</b>${entry.status === null ? null : html` → ${plainWords(entry.status)}`}
          <span class="by">· ${sourceWords(entry)} · ${entry.by}</span>
        </p>
        ${Object.keys(entry.facts).length === 0 ? null : html`<p class="what by">${factWords(entry.facts)}</p>`}
        ${entry.exception === null ? null : html`<p class="what alert">A person has to look: ${plainWords(entry.exception)}</p>`}
        ${json(entry.evidence)}
        <p class="hash">${entry.digest}</p>
      </div>
    </div>
  </li>`;

const exceptionItem = ({ kind, status, opened_at, data }: Timeline["exceptions"][number]): Html =>
  html`<li class="entry">
    <div class="line">
      <span class="when">${nairobiWords(opened_at)}</span>
      <div>
        <p class="what"><b>${plainWords(kind)}</b> <span class="by">· ${plainWords(status)}</span></p>
        ${data.map((entry) => html`<p class="what by">${nairobiWords(entry.at)}: ${findingWords(entry)} · ${entry.by}${Object.keys(entry.facts).length === 0 ? null : ` · ${factWords(entry.facts)}`}</p>`)}
      </div>
    </div>
  </li>`;

const keptItem = (kept: Timeline["kept"][number]): Html =>
  html`<li class="entry">
    <div class="line">
      <span class="when">${nairobiWords(kept.at)}</span>
      <div>
        <p class="what">
          <b>${findingWords(kept)}</b> <span class="by">· ${sourceWords(kept)} · changed nothing: ${kept.because}</span>
        </p>
        ${json(kept.evidence)}
        <p class="hash">${kept.evidence_sha256}</p>
      </div>
    </div>
  </li>`;

const list = (heading: string, items: readonly Html[]): Html | null =>
  items.length === 0
    ? null
    : html`<h2>${heading}</h2>
        <ol>
          ${items}
        </ol>`;

const verdict = ({ chain, data }: Timeline): Html =>
  chain.intact
    ? html`<p class="verdict">
        <strong>Nothing was changed.</strong> Each of the ${data.length} entries still gives its digest, and each
        follows the one before.
      </p>`
    : html`<p class="verdict broken">
        <strong>The chain is broken.</strong> ${chain.problem}. Somebody changed this history after it was written, or
        it was damaged: compare it with the archive.
      </p>`;

const amountOf = (shown: Shown): string | null => {
  const amount: unknown = new Map<string, unknown>(Object.entries(shown)).get("amount");
  return typeof amount === "number" ? shillingWords(amount) : null;
};

const life = (timeline: Timeline): readonly Html[] => [
  verdict(timeline),
  html`<h2>In short</h2>
    <dl>${facts(timeline.transaction)}</dl>`,
  html`<h2>Its life</h2>
    ${lifePicture(timeline.data)}
    <ol>
      ${timeline.data.map(entryItem)}
    </ol>`,
  html`${list("What a person had to look at", timeline.exceptions.map(exceptionItem))}`,
  html`${list("Also received, and changed nothing", timeline.kept.map(keptItem))}`,
];

const claim = ({ receipt }: Dossier): Html | null => {
  if (receipt === null) return null;
  return receipt.is_ours
    ? html`<p class="verdict">The receipt <b>${receipt.receipt}</b> belongs to this transaction and to no other.</p>`
    : html`<p class="verdict broken">
        <strong>The receipt ${receipt.receipt} is not claimed by this transaction</strong> but by
        ${receipt.claimed_by ?? "none"}.
      </p>`;
};

const titleOf = ({ object }: Shown): string => plainWords(object);

export const dossierPage = (dossier: Dossier): Page => {
  const { timeline, related, related_count, made_at } = dossier;
  const shown = timeline.transaction;
  const page = html`<body>
    <header>
      <div>
        <p class="kind">Dossier · ${titleOf(shown)}</p>
        <h1>${facts(shown).length === 0 ? titleOf(shown) : shown.reference}</h1>
      </div>
      <p class="amount">${amountOf(shown)}</p>
      <p class="id">${shown.id}</p>
      <p class="status">${plainWords(shown.status)}</p>
    </header>
    <main>
      ${life(timeline)}${claim(dossier)}
      ${related.map(
        (one) =>
          html`<section class="related">
            <h2>${RELATIONS[one.relation]}</h2>
            <h3>${one.timeline.transaction.id} · ${plainWords(one.timeline.transaction.status)}</h3>
            ${life(one.timeline)}
          </section>`,
      )}
      ${related_count > related.length ? html`<p>${related_count} transactions are related to this one; ${related.length} are told here.</p>` : null}
    </main>
    <footer>
      Made ${nairobiWords(made_at)}, Nairobi time, as are all times here. Head of the chain:
      <span class="hash">${timeline.chain.head}</span>
    </footer>
  </body>`;
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Dossier</title><style>${DOSSIER_STYLE}</style></head>`;
  return { html: `${head}${page.html}</html>`, policy: DOSSIER_POLICY };
};
