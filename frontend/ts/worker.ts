/** The service worker shows a page of our own when there is no network; it keeps nothing else. */
export const startWorker = (): void => {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {
      // Refused by the browser's settings: everything works without it.
    });
  });
};
