// A picture as a file: PNG, JPEG or WebP, at the size asked. Made in the browser from what is shown.
import { closer, dialog, h } from "./dom.js";
import { t } from "./texts.js";

const KINDS = [["image/png", "PNG", "png"], ["image/jpeg", "JPEG", "jpg"], ["image/webp", "WebP", "webp"]];
const LARGEST = 8192;

export function downloadButton(src, view, name, className = "") {
  return h("button", { type: "button", class: className, onclick: () => ask(src, view, name) }, t("Download"));
}

function ask(src, view, name) {
  const kind = h("select", { name: "kind" }, KINDS.map(([type, label]) => h("option", { value: type }, label)));
  const width = h("input", { type: "number", name: "width", min: 16, max: LARGEST, required: true, value: view.width });
  const height = h("output", {}, heightOf(view, view.width));
  width.addEventListener("input", () => { height.textContent = heightOf(view, Number(width.value)); });
  const trouble = h("p", { class: "error", role: "alert" });
  const button = h("button", { class: "primary" }, t("Download"));
  const form = h("form", {}, h("h2", {}, t("Download")), h("label", {}, t("Format"), kind), h("label", {}, t("Width in pixels"), width),
    h("p", { class: "hint" }, t("Height:"), " ", height, ` (${t("painted at {size}", { size: `${view.width} × ${view.height}` })})`), trouble, h("div", { class: "row" }, button));
  const box = dialog(t("Download"), "small", closer(), form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      save(await converted(src, kind.value, Number(width.value)), `${name}.${KINDS.find(([type]) => type === kind.value)[2]}`);
      box.close();
    } catch (error) {
      trouble.textContent = error.message;
      button.disabled = false;
    }
  });
}

const heightOf = (view, width) => String(Math.max(1, Math.round((width * view.height) / view.width)));

/** A blob of that type and width, the height in proportion. JPEG has no transparency: white lies below. */
async function converted(src, type, width) {
  const response = await fetch(src);
  if (!response.ok) throw new Error(t("The picture is not there any more."));
  const blob = await response.blob();
  const picture = await createImageBitmap(blob);
  if (picture.width === width && blob.type === type) return blob;
  const canvas = h("canvas", { width, height: Math.max(1, Math.round((width * picture.height) / picture.width)) });
  const pen = canvas.getContext("2d");
  if (type === "image/jpeg") {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.92));
  if (made?.type !== type) throw new Error(t("This browser can't make that: choose PNG, or a smaller width."));
  return made;
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
