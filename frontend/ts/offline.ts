import { say } from "./tools";

/** Without a network the page says so, and keeps saying it until the network is back. */
export const startOffline = (): void => {
  let line: HTMLElement | null = null;
  const show = (): void => {
    line?.remove();
    line = null;
    if (navigator.onLine) return;
    line = document.createElement("p");
    line.className = "offline-line";
    line.setAttribute("role", "status");
    line.textContent = document.body.dataset["offline"] ?? "";
    document.body.prepend(line);
  };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();

  for (const type of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(type, () => say(document.body.dataset["failed"] ?? ""));
  }
};
