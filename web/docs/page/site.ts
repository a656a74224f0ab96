/**
 * What script adds to a page of the documentation: a button on each block of code that copies it. Without script nothing is
 * missing but the buttons.
 */
const SHOWN_MS = 2_000;

const said = document.querySelector<HTMLElement>(".copied");
let hiding: number | undefined;

const say = (words: string): void => {
  if (said === null) return;
  said.textContent = words;
  window.clearTimeout(hiding);
  hiding = window.setTimeout(() => (said.textContent = ""), SHOWN_MS);
};

const copy = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    say("This browser lets no page copy. Select the text instead.");
  }
};

const withButton = (block: HTMLPreElement): void => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", () => void copy(block.textContent));
  const frame = document.createElement("div");
  frame.className = "code";
  block.replaceWith(frame);
  frame.append(block, button);
};

document.querySelectorAll("pre").forEach(withButton);
