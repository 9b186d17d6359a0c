// Loaded before the first paint, so that a chosen theme does not flash.
try {
  const chosen = localStorage.getItem("vaandel-theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset["bsTheme"] = chosen;
  }
} catch {
  // Storage is refused: the theme of the device is used.
}
