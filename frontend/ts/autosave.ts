import { clock, csrfToken } from "./tools";

const PAUSE = 1200; // milliseconds without typing

const say = (form: HTMLFormElement, text: string): void => {
  const place = document.querySelector(form.dataset["autosaveStatus"] ?? "");
  if (place) place.textContent = text;
};

const save = async (form: HTMLFormElement): Promise<void> => {
  const body = new FormData(form);
  say(form, form.dataset["saving"] ?? "");
  try {
    const response = await fetch(form.dataset["autosave"] ?? form.action, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "X-Autosave": "1" },
    });
    if (!response.ok) throw new Error(String(response.status));
    say(form, `${form.dataset["saved"] ?? ""} ${clock()}`.trim());
    form.dispatchEvent(new CustomEvent("vaandel:saved", { bubbles: true }));
  } catch {
    say(form, form.dataset["notSaved"] ?? document.body.dataset["failed"] ?? "");
  }
};

/** A form with data-autosave sends itself a moment after the last change. */
export const startAutosave = (): void => {
  const timers = new WeakMap<HTMLFormElement, number>();
  const later = (event: Event): void => {
    const field = event.target;
    const form = field instanceof Element ? field.closest<HTMLFormElement>("form[data-autosave]") : null;
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(() => void save(form), PAUSE));
  };
  document.addEventListener("input", later);
  document.addEventListener("change", later);
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement) clearTimeout(timers.get(event.target));
  });
};
