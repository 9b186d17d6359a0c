import { on } from "./tools";

const current = (): "light" | "dark" => {
  const chosen = document.documentElement.dataset["bsTheme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

/** Switch between light and dark; the choice stays on this device. */
export const startTheme = (): void => {
  on("click", "[data-theme-switch]", () => {
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["bsTheme"] = next;
    localStorage.setItem("vaandel-theme", next);
  });
};
