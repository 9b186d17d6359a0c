import { on } from "./tools";

const FOLDING = "details.flyout, details[data-menu-details]";

const openOnes = (): HTMLDetailsElement[] =>
  [...document.querySelectorAll<HTMLDetailsElement>(FOLDING)].filter((menu) => menu.open);

/** Side menu on the phone; menus that fold out close on Escape and on a press elsewhere. */
export const startMenus = (): void => {
  on<HTMLButtonElement>("click", "[data-menu]", (button) => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document
      .getElementById(button.getAttribute("aria-controls") ?? "")
      ?.classList.toggle("is-open", open);
  });

  document.addEventListener("click", (event) => {
    for (const menu of openOnes()) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openOnes()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary")?.focus();
    }
  });
};
