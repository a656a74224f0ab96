/**
 * How the checkout page is built: one page, one script, one stylesheet under `/checkout/`, named after their content so
 * that they may be kept for ever. Nothing is inlined, because the page's policy runs no inline script or style.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/checkout/",
  plugins: [react()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    emptyOutDir: true,
    reportCompressedSize: false,
  },
  logLevel: "warn",
});
