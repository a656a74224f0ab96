/** How the button looks where the shop says nothing else. Set as a constructed sheet, which every content policy allows. */

export const STYLE = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
button {
  box-sizing: border-box;
  width: 100%;
  min-height: 3rem;
  padding: 0.5rem 1.5rem;
  border: 1px solid transparent;
  border-radius: var(--malipo-radius, 0.5rem);
  background: var(--malipo-background, #4a3aa7);
  color: var(--malipo-color, #fff);
  font: var(--malipo-font, 600 1rem/1.4 system-ui, sans-serif);
  cursor: pointer;
}
button:hover { filter: brightness(1.1); }
button:focus-visible { outline: 3px solid currentColor; outline-offset: -6px; }
button[aria-disabled="true"] { background: #595566; color: #fff; cursor: default; filter: none; }
button.paid { background: #136a3c; }
p { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
