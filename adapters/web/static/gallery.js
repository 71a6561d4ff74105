// A channel's starred pictures, newest first.
import { at } from "./address.js";
import { $, h, replace } from "./dom.js";
import { pictures, short } from "./format.js";
import { t } from "./texts.js";
import { showImage } from "./viewer.js";

const head = () => h("h2", {}, t("Starred in this channel"));

function figure(image) {
  const src = at(image.image);
  const name = image.alt || short(image.words, 120);
  return h("li", {}, h("figure", {},
    h("button", { type: "button", class: "image", "aria-label": t("{name}: full size", { name }), onclick: () => showImage(src, name, short(image.words, 200)) },
      h("img", { src: `${src}&thumb=1`, alt: "", loading: "lazy", width: image.width, height: image.height })),
    h("figcaption", {}, short(image.words, 120))));
}

async function start() {
  const id = location.pathname.split("/").pop();
  const response = await fetch(at(`/api/galleries/${id}${location.search}`));
  const data = await response.json();
  if (!response.ok) throw new Error(data.error);
  replace($("gallery"), head(), h("p", { class: "hint", role: "status" }, data.images.length ? pictures(data.images.length) : t("Nothing is starred yet.")),
    h("ul", { class: "gallery" }, data.images.map(figure)));
}

start().catch((error) => replace($("gallery"), head(), h("p", { class: "hint", role: "alert" }, error.message)));
