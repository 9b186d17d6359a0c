import { on } from "./tools";

/** A check mark that ticks all of one name in its form. */
export const startSelectAll = (): void => {
  on<HTMLInputElement>("change", "[data-select-all]", (master) => {
    const name = master.dataset["selectAll"] ?? "";
    const part = master.form ?? document;
    for (const box of part.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`)) {
      box.checked = master.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
};
