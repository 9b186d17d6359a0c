import { on } from "./tools";

type Field = HTMLInputElement | HTMLTextAreaElement;

const GAP = /_{3,}/;

const mirror = (field: Field): void => {
  for (const place of document.querySelectorAll<HTMLElement>(`[data-mirror-of="${field.id}"]`)) {
    place.textContent = field.value;
  }
};

/** The first angle of a language, with its gaps as lines to fill in. */
const mirrorAngle = (language: string): void => {
  const place = document.querySelector<HTMLElement>(`[data-mirror-angle="${language}"]`);
  if (!place) return;
  const fields = document.querySelectorAll<Field>(`[data-angle="${language}"]`);
  const first = [...fields].map((field) => field.value.trim()).find(Boolean) ?? "";
  place.replaceChildren();
  first.split(GAP).forEach((piece, index) => {
    if (index > 0) {
      const gap = document.createElement("span");
      gap.className = "gap";
      place.append(gap);
    }
    place.append(piece);
  });
};

const count = (language: string): void => {
  const fields = document.querySelectorAll<Field>(`[data-angle="${language}"]`);
  const filled = [...fields].filter((field) => field.value.trim()).length;
  const place = document.querySelector(`#tab-${language} .tab-count`);
  if (place) place.textContent = String(filled);
};

/** The editor's page: the card beside the form follows what is typed. */
export const startCompose = (): void => {
  on<Field>("input", ".post-editor [id]", mirror);
  on<Field>("input", "[data-angle]", (field) => {
    mirrorAngle(field.dataset["angle"] ?? "");
    count(field.dataset["angle"] ?? "");
  });
  on<HTMLElement>("click", "[data-clear]", (button) => {
    const field = document.getElementById(button.dataset["clear"] ?? "") as Field | null;
    if (!field) return;
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
};
