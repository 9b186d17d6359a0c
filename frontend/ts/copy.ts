import { on, say } from "./tools";

const textOf = (button: HTMLElement): string => {
  if (button.dataset["copyText"] !== undefined) return button.dataset["copyText"];
  const source = document.querySelector(button.dataset["copy"] ?? "");
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) {
    return source.value;
  }
  return source?.textContent?.trim() ?? "";
};

/** When the clipboard is refused the text is selected, so that a person can copy it. */
const select = (button: HTMLElement): void => {
  const source = document.querySelector(button.dataset["copy"] ?? "body");
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) {
    source.focus();
    source.select();
    return;
  }
  if (source) getSelection()?.selectAllChildren(source);
};

/** Put a text on the clipboard. False: the browser refused. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

export const startCopy = (): void => {
  on<HTMLElement>("click", "[data-copy], [data-copy-text]", (button) => {
    void copyText(textOf(button)).then((copied) => {
      if (copied) say(button.dataset["copied"] ?? "");
      else select(button);
      button.dispatchEvent(new CustomEvent("vaandel:copied", { bubbles: true, detail: { copied } }));
    });
  });
  on("click", "[data-print]", () => print());
};
