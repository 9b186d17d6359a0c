const select = (tabs: HTMLElement[], chosen: HTMLElement): void => {
  for (const tab of tabs) {
    const active = tab === chosen;
    tab.setAttribute("aria-selected", String(active));
    tab.tabIndex = active ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !active;
  }
};

/** Tabs with arrow keys, as the ARIA pattern asks. */
export const startTabs = (part: ParentNode): void => {
  for (const list of part.querySelectorAll<HTMLElement>('[role="tablist"]')) {
    if (list.dataset["ready"]) continue;
    list.dataset["ready"] = "1";
    const tabs = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => select(tabs, tab));
      tab.addEventListener("keydown", (event) => {
        const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
        const step = steps[event.key];
        if (!step) return;
        const next = tabs[(index + step + tabs.length) % tabs.length];
        if (!next) return;
        select(tabs, next);
        next.focus();
      });
    });
  }
};
