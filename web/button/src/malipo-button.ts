/**
 * `<malipo-button session="https://.../checkout/cks_...#ct_...">`: opens the checkout in a window of its own and says on the
 * shop's page how it went: `malipo:succeeded`, with the payment, and `malipo:closed`. What must stay true: it shows nothing
 * of the checkout inside the shop's page, where something could be laid over it; however often it is pressed, there is one
 * window, and once it was paid there is none.
 */
import { listen } from "./listen.ts";
import { readSessionLink } from "./session-link.ts";
import { STYLE } from "./style.ts";
import { paymentWindow } from "./window.ts";
import { wordsIn } from "./words.ts";
import type { Words } from "./words.ts";

type State = "ready" | "opened" | "closed" | "paid";

const FEATURES = "popup,width=460,height=780";

const every = (run: () => void, ms: number): (() => void) => {
  const timer = window.setInterval(run, ms);
  return () => window.clearInterval(timer);
};
const later = (run: () => void, ms: number): (() => void) => {
  const timer = window.setTimeout(run, ms);
  return () => window.clearTimeout(timer);
};

class MalipoButton extends HTMLElement {
  static readonly observedAttributes = ["session", "label", "lang"];

  readonly #button = document.createElement("button");
  readonly #said = document.createElement("p");
  readonly #window = paymentWindow(
    {
      open: () => window.open("about:blank", "_blank", FEATURES),
      go: (url) => window.location.assign(url),
      every,
    },
    () => {
      this.#become("closed");
      this.#tell("malipo:closed", {});
    },
  );
  #state: State = "ready";
  #deafen: (() => void) | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#button.type = "button";
    this.#button.part.add("button");
    this.#button.addEventListener("click", () => this.#press());
    this.#said.setAttribute("role", "status");
    root.append(this.#button, this.#said);
  }

  connectedCallback(): void {
    this.#show();
  }

  disconnectedCallback(): void {
    this.#rest();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name === "session" && before !== after) {
      this.#rest();
      this.#state = "ready";
      if (after !== null && readSessionLink(after) === null)
        console.error(
          "<malipo-button>: `session` has to be the `url` of a checkout session, with what is behind its #.",
        );
    }
    this.#show();
  }

  get #words(): Words {
    return wordsIn(this.closest("[lang]")?.getAttribute("lang") ?? null);
  }

  #press(): void {
    const link = readSessionLink(this.getAttribute("session"));
    if (link === null || this.#state === "paid") return;
    const pressed = this.#window.press(link.url);
    if (pressed === "left") return;
    this.#become("opened");
    if (pressed === "found") return;
    this.#deafen?.();
    this.#deafen = listen({
      open: () => new WebSocket(link.socket),
      later,
      paid: (payment) => {
        this.#window.forget();
        this.#become("paid");
        this.#tell("malipo:succeeded", { payment });
      },
    });
  }

  /** Listens and looks no more; a window that is open stays open. */
  #rest(): void {
    this.#deafen?.();
    this.#deafen = null;
    this.#window.forget();
  }

  #become(state: State): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    const words = this.#words;
    const isPaid = this.#state === "paid";
    const isOff = isPaid || readSessionLink(this.getAttribute("session")) === null;
    this.#button.textContent = isPaid ? words.paid : (this.getAttribute("label") ?? words.label);
    this.#button.className = isPaid ? "paid" : "";
    this.#button.setAttribute("aria-disabled", String(isOff));
    this.#said.textContent = this.#state === "ready" ? "" : words[this.#state];
  }

  #tell(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

if (customElements.get("malipo-button") === undefined) customElements.define("malipo-button", MalipoButton);
