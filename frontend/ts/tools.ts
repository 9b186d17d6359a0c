/** The first ancestor (or the element itself) of an event that fits. */
export const closest = <T extends Element>(event: Event, selector: string): T | null =>
  event.target instanceof Element ? event.target.closest<T>(selector) : null;

/** Listen once on the document, also for elements that come later. */
export const on = <T extends Element>(
  type: string,
  selector: string,
  handle: (element: T, event: Event) => void,
  options?: AddEventListenerOptions,
): void => {
  document.addEventListener(
    type,
    (event) => {
      const element = closest<T>(event, selector);
      if (element) handle(element, event);
    },
    options,
  );
};

export const csrfToken = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** A sentence at the bottom of the page, read aloud, gone after a while. */
export const say = (text: string): void => {
  const place = document.getElementById("toasts");
  if (!place || !text) return;
  const line = document.createElement("p");
  line.className = "toast-line";
  line.textContent = text;
  place.replaceChildren(line);
  setTimeout(() => line.remove(), 6000);
};

/** 10:31 in the language of the page. */
export const clock = (): string =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date());
