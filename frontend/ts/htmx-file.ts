// A script of its own: most pages never need it. What wants it, imports `htmx.ts`.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx?: typeof htmx;
  }
}

window.htmx = htmx;
