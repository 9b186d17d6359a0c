import { on } from "./tools";

type Field = HTMLTextAreaElement | HTMLInputElement;

const FIELDS = "textarea[data-keep], input[data-keep]";
const keyOf = (field: Field): string => `vaandel-keep:${location.pathname}:${field.dataset["keep"]}`;

const fieldsIn = (part: ParentNode): Field[] => [...part.querySelectorAll<Field>(FIELDS)];

/** What was typed stays on this device until its form has been sent. */
export const startKeep = (): void => {
  for (const field of fieldsIn(document)) {
    const kept = sessionStorage.getItem(keyOf(field));
    if (kept !== null && kept !== field.value && field.value === field.defaultValue) {
      field.value = kept;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  on<Field>("input", FIELDS, (field) => sessionStorage.setItem(keyOf(field), field.value));

  const forget = (form: HTMLFormElement): void => {
    for (const field of fieldsIn(form)) sessionStorage.removeItem(keyOf(field));
  };
  on<HTMLFormElement>("submit", "form", (form, event) => {
    if (!event.defaultPrevented && navigator.onLine) forget(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { detail } = event as CustomEvent<{ successful: boolean; elt: Element }>;
    const form = detail.elt.closest("form");
    if (detail.successful && form) forget(form);
  });
};
