import { on } from "./tools";

export const startDialogs = (): void => {
  on<HTMLElement>("click", "[data-dialog]", (opener, event) => {
    const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    dialog.showModal();
  });
  on<HTMLElement>("click", "[data-dialog-close]", (button) => {
    button.closest("dialog")?.close();
  });
  // A press on the veil beside the box is outside its content.
  on<HTMLDialogElement>("click", "dialog", (dialog, event) => {
    if (event.target === dialog) dialog.close();
  });
};
