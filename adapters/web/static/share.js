// Share: the signed link of the session's page, by the system's sheet or into the clipboard.
import { closer, dialog, h } from "./dom.js";
import { t } from "./texts.js";

export function shareButton(room) {
  return h("button", { type: "button", onclick: () => share(room) }, t("Share"));
}

async function share(room) {
  const url = await room.pageLink();
  if (!url) return;
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ title: "Darkroom", url }).catch(() => {});
    return;
  }
  const field = h("input", { type: "url", readonly: true, value: url, "aria-label": t("The link") });
  const said = h("p", { class: "hint", role: "status" });
  dialog(t("Share"), "small", closer(), h("h2", {}, t("Share this session")),
    h("p", { class: "hint" }, t("Whoever has this link sees the session, and nothing else; it ends after two weeks.")), field, said);
  field.select();
  try {
    await navigator.clipboard.writeText(url);
    said.textContent = t("It is in the clipboard.");
  } catch {
    said.textContent = t("Copy it from here.");
  }
  field.focus();
}
