// Where a picture comes from, read back from its file when somebody wants to know.
import { at } from "./address.js";
import { h, replace } from "./dom.js";
import { t } from "./texts.js";

export function origin(hash, link) {
  const list = h("ul", { class: "origin", "aria-live": "polite" });
  const box = h("details", {}, h("summary", {}, t("Where it comes from")), list);
  box.addEventListener("toggle", () => read(hash, link, list), { once: true });
  return box;
}

async function read(hash, link, list) {
  const signature = new URL(link, location.href).searchParams.get("t") ?? "";
  try {
    const response = await fetch(at(`/api/origins/${hash}?t=${encodeURIComponent(signature)}`));
    const data = await response.json();
    if (!response.ok) throw new Error(data.error);
    replace(list, data.lines.map((line) => h("li", { class: line.startsWith("  ") ? "deeper" : "" }, line.trim())));
  } catch (error) {
    replace(list, h("li", {}, error.message));
  }
}
