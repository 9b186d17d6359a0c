import { closest } from "./tools";

const buttonsOf = (form: HTMLFormElement): HTMLElement[] =>
  [...form.elements].filter(
    (element): element is HTMLButtonElement =>
      element instanceof HTMLButtonElement && element.type === "submit",
  );

const release = (form: HTMLFormElement): void => {
  delete form.dataset["sent"];
  for (const button of buttonsOf(form)) button.removeAttribute("aria-busy");
};

/** Two presses have one effect: the second submit is ignored while the first is on its way. */
export const startBusy = (): void => {
  document.addEventListener("submit", (event) => {
    const form = closest<HTMLFormElement>(event, "form");
    if (!form || form.method === "dialog" || form.method === "get") return;
    if (form.hasAttribute("data-no-busy") || event.defaultPrevented) return;
    if (form.dataset["sent"]) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "1";
    const pressed = event instanceof SubmitEvent ? event.submitter : null;
    pressed?.setAttribute("aria-busy", "true");
  });

  // Back from the next page, or an answer of htmx: the form may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      release(form);
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = closest<HTMLFormElement>(event, "form[data-sent]");
    if (form) release(form);
  });
};
