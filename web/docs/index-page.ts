/** The first page: what Malipo does in one picture, one request to try, and where everything is. */
import { CHAPTERS } from "./guides.ts";
import { codeBlock, escapeHtml } from "./html.ts";
import { picture } from "./picture.ts";
import type { Page } from "./shell.ts";

const FIRST_REQUEST = `curl http://127.0.0.1:8080/v1/payments \\
  -H "Authorization: Bearer sk_test_storefront" \\
  -H "Idempotency-Key: order-1001" \\
  -H "Content-Type: application/json" \\
  -d '{"amount":1500,"phone":"254700000000","reference":"INV-1001"}'`;

const cards = (): string =>
  CHAPTERS.map(({ name, guides }) => {
    const entries = guides.map(
      ({ slug, name: title, says }) =>
        `<li><a href="/docs/${slug}"><strong>${escapeHtml(title)}</strong><span>${escapeHtml(says)}</span></a></li>`,
    );
    return `<h3>${name}</h3><ul class="cards">${entries.join("")}</ul>`;
  }).join("\n");

/** The page at `/docs`. */
export const indexPage = (): Page => ({
  title: "Documentation",
  heading: "M-PESA payments that are never lost and never doubled",
  description: "How to charge, refund and pay out over M-PESA with Malipo: guides, every error, and the API reference.",
  address: "/docs",
  html: `<div class="opening">
<div>
<p class="lead">Malipo stands between your shop and Safaricom's Daraja. You ask for money with one request. Malipo rings the phone, survives whatever the network does in between, and tells you how it ended, once.</p>
<p>Three habits are all it takes:</p>
<ol>
<li>Send an <a href="/docs/idempotency"><code>Idempotency-Key</code></a> that is your order's, and repeat the request when in doubt.</li>
<li>Deliver on <code>succeeded</code>, told by a <a href="/docs/webhooks">webhook</a> or read from the API. Nothing else is proof.</li>
<li>While a payment is <code>pending</code>, wait. Never start a second one for the same order.</li>
</ol>
<p><a class="begin" href="/docs/quick-start">Begin with the quick start</a></p>
</div>
<figure>${picture()}</figure>
</div>
<h2 id="try">Try it</h2>
<p>With <code>npm start</code> running, this asks a phone for 1,500 shillings. No account, no money: a simulator stands in Safaricom's place, and this number pays after a second.</p>
${codeBlock(FIRST_REQUEST, "sh")}
<p>The <a href="/docs/api">API reference</a> describes every operation with its requests, its answers and every error; the same as <a href="/docs/openapi.json">OpenAPI 3.1</a> for machines, and <a href="/docs/codes.json">all codes</a> as JSON.</p>
<h2 id="guides">Guides</h2>
${cards()}`,
});
