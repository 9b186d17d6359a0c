import { on } from "./tools";

/** The share sheet of the device; its button stays hidden where there is none. */
export const startSystemShare = (): void => {
  if (typeof navigator.share !== "function") return;
  const show = (): void => {
    for (const button of document.querySelectorAll<HTMLElement>("[data-share][hidden]")) {
      button.hidden = false;
    }
  };
  show();
  document.addEventListener("htmx:load", show);
  on<HTMLElement>("click", "[data-share]", (button) => {
    const { shareText, shareUrl, shareTitle } = button.dataset;
    const data: ShareData = {};
    if (shareText) data.text = shareText;
    if (shareUrl) data.url = shareUrl;
    if (shareTitle) data.title = shareTitle;
    // Closing the sheet without choosing is an answer too, not an error.
    navigator.share(data).catch(() => undefined);
  });
};
