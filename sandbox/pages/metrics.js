/** The metrics page: asks for the numbers every few seconds, shows alarms and charts, and makes things happen on request. */
import { createChart } from "/__sandbox/charts.js";

const EVERY_MS = 3_000;
const STATES = { OK: "quiet", ALARM: "ringing", INSUFFICIENT_DATA: "not known yet" };

const byId = (id) => document.getElementById(id);
const charts = new Map();

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const minutes = () => document.querySelector("input[name=span]:checked").value;
const clock = (at) => new Date(at).toLocaleTimeString("en-KE", { hour: "2-digit", minute: "2-digit", hour12: false });
/** `malipo-local-sweep-silent` is the section `sweep-silent` of the runbook, and is called that. */
const sectionOf = ({ runbook }) => runbook.split("#")[1] ?? "";
const titleOf = (alarm) => sectionOf(alarm).replaceAll("-", " ");
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const runbookLink = (alarm, text) =>
  element("a", { href: `/__sandbox/runbook#${sectionOf(alarm)}`, textContent: text });

const ringing = (alarm) =>
  element(
    "li",
    {},
    element("strong", { textContent: capital(titleOf(alarm)) }),
    element("p", { textContent: alarm.impact }),
    runbookLink(alarm, "What to do"),
    ` · since ${clock(alarm.since)}`,
  );

const row = (alarm) => {
  const state = element("td", { className: "state", textContent: alarm.not_run ?? STATES[alarm.state] });
  if (alarm.not_run === null) state.dataset.state = alarm.state;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, runbookLink(alarm, titleOf(alarm))),
    state,
    element("td", { textContent: alarm.rings }),
    element("td", { className: "number", textContent: alarm.value === null ? "–" : String(Math.round(alarm.value)) }),
  );
};

const showAlarms = (alarms) => {
  const loud = alarms.filter(({ state }) => state === "ALARM");
  const words = loud.length === 0 ? "all quiet" : `${loud.length} ringing`;
  if (byId("state").textContent !== words) byId("state").textContent = words;
  byId("all").textContent = `All ${alarms.length} alarms`;
  const seen = JSON.stringify(alarms);
  if (byId("rows").dataset.seen === seen) return;
  byId("rows").dataset.seen = seen;
  byId("ringing").replaceChildren(...loud.map(ringing));
  const order = [...alarms].sort((a, b) => Number(b.state === "ALARM") - Number(a.state === "ALARM"));
  byId("rows").replaceChildren(...order.map(row));
};

const showCharts = ({ graphs, steps }) => {
  for (const graph of graphs) {
    const known = charts.get(graph.title) ?? createChart();
    if (!charts.has(graph.title)) byId("charts").append(known.card);
    charts.set(graph.title, known);
    known.draw(graph, steps);
  }
};

const look = async () => {
  const response = await fetch(`/__sandbox/metrics/${minutes()}.json`);
  const seen = await response.json();
  showAlarms(seen.alarms);
  showCharts(seen);
  const step = seen.step_minutes === 1 ? "minute" : `${seen.step_minutes} minutes`;
  byId("note").textContent =
    `One column or point is one ${step}; on the stage's own dashboard it is five minutes. Times are those of the sandbox's clock.`;
  byId("trouble").hidden = true;
};

const keepLooking = async () => {
  try {
    await look();
  } catch {
    byId("trouble").textContent = "The sandbox does not answer. This page goes on by itself as soon as it does.";
    byId("trouble").hidden = false;
  }
  setTimeout(keepLooking, EVERY_MS);
};

const reference = () => `M-${Math.random().toString(36).slice(2, 8).toUpperCase()}`;
const payment = (phone) => ["/v1/payments", "sk_test_storefront", { amount: 10, phone, reference: reference() }];

/** What each button asks of the API, and what then moves. The phones are the simulator's. */
const DEEDS = {
  pay: { ask: () => payment("254700000000"), then: "The customer pays after a second: look at Payments that ended." },
  fail: { ask: () => payment("254700000001"), then: "The customer has too little money: look at Why payments failed." },
  payout: {
    ask: () => ["/v1/payouts", "sk_test_finance", { amount: 10, phone: "254700000050", reference: reference() }],
    then: "M-PESA says within seconds that it was paid: look at Payouts that ended.",
  },
  alarm: {
    ask: () => payment("254700000012"),
    then: "M-PESA's callback names one shilling too much: the alarm exception opened rings in a few seconds.",
  },
};

const act = async (deed) => {
  const [path, key, body] = DEEDS[deed].ask();
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": crypto.randomUUID(),
  };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  byId("done").textContent = response.ok ? DEEDS[deed].then : (answer.detail ?? answer.title);
};

for (const button of document.querySelectorAll("[data-deed]"))
  button.addEventListener("click", () => {
    act(button.dataset.deed).catch(() => (byId("done").textContent = "The sandbox does not answer."));
  });
for (const input of document.querySelectorAll("input[name=span]"))
  input.addEventListener("change", () => look().catch(() => undefined));

const redraw = () => charts.forEach((chart) => chart.redraw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
addEventListener("resize", redraw);
keepLooking();
