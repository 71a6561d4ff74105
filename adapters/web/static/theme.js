// Runs before the first paint: the chosen theme, else the system's.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("darkroom-theme"); } catch { return null; } };
  const chosen = read();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  const dark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    const label = () => button.setAttribute("aria-label", dark() ? button.dataset.light : button.dataset.dark);
    label();
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("darkroom-theme", root.dataset.theme); } catch { /* private window */ }
      label();
    });
  });
})();
