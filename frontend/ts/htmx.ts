// Forms work without htmx. It comes when a page asks for something by itself, or at the first
// touch or key on a page that has forms for it: a slow phone shows the page sooner without.
import type htmx from "htmx.org";

import { csrfToken } from "./tools";

const BY_ITSELF = "[hx-trigger*='load']";
const ON_REQUEST = "[hx-get], [hx-post]";
const SIGNS = ["pointerover", "pointerdown", "focusin", "keydown"];

let coming: Promise<typeof htmx> | undefined;

const loaded = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else addEventListener("load", () => resolve(), { once: true });
  });

const fetched = (address: string): Promise<typeof htmx> =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => {
      if (window.htmx) resolve(window.htmx);
    });
    script.addEventListener("error", () => reject(new Error("htmx did not come.")));
    document.head.append(script);
  });

/** htmx, which has looked at the whole page. It starts only in a document that is complete. */
export const bringHtmx = (): Promise<typeof htmx> => {
  const address = document.querySelector<HTMLElement>("script[data-htmx]")?.dataset["htmx"] ?? "";
  coming ??= loaded().then(() => fetched(address));
  return coming;
};

/** `startIn` is called for every part that htmx brings in, not for the page itself. */
export const startHtmx = (startIn: (part: Element) => void): void => {
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string> }>;
    detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:load", ({ target }) => {
    if (target instanceof Element && target !== document.body) startIn(target);
  });
  const bring = (): void => {
    // Without it the forms are sent as they always were.
    bringHtmx().catch(() => undefined);
  };
  if (document.querySelector(BY_ITSELF)) bring();
  else if (document.querySelector(ON_REQUEST)) {
    for (const sign of SIGNS) document.addEventListener(sign, bring, { once: true, passive: true });
  }
};
