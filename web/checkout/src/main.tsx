/** Starts the page. The link's token stays behind the `#`, where a reload finds it again and no server sees it. */
import { createRoot } from "react-dom/client";
import { connect, readLink } from "./api.ts";
import { App } from "./app.tsx";
import type { Socket } from "./live.ts";

const place = document.getElementById("checkout");
const link = readLink(window.location.pathname, window.location.hash);
const send: typeof fetch = (input, init) => window.fetch(input, init);
const open = (path: string): Socket => new WebSocket(window.location.origin.replace("http", "ws") + path);
if (place !== null) createRoot(place).render(<App api={link === null ? null : connect(link, send, open)} />);
// Another link in the same window is another session.
window.addEventListener("hashchange", () => window.location.reload());
