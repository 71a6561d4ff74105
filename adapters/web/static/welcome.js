// The empty page: pictures to try and sentences to say; one click begins.
import { at } from "./address.js";
import { $, h, replace } from "./dom.js";
import { models } from "./asides.js";
import { t } from "./texts.js";

const SAMPLES = [["lake", t("A lake at dusk")], ["fox", t("A fox in the snow")], ["harbour", t("A harbour by night")], ["dunes", t("Sand under the sun")], ["balloons", t("Balloons over hills")], ["lighthouse", t("A lighthouse in a storm")]];
const SENTENCES = [t("a red fox in the snow at sunset, watercolor"), t("three sailing boats under a full moon"), t("a lighthouse on a cliff, heavy clouds, oil")];

/** `room`: {meta, form(name), send(fields), trySample(file)} */
export function welcome(room) {
  const begins = room.meta.commands.filter((each) => each.begins && !each.missing);
  replace($("thread"), h("div", { class: "welcome" },
    h("h2", {}, t("Develop a picture, round by round")),
    h("p", {}, t("Drop a picture anywhere, paste one, or describe one. It is painted, compared and painted again until it comes close.")),
    h("h3", {}, t("Try one of these")),
    h("div", { class: "samples" }, SAMPLES.map(([name, title]) => sample(room, name, title))),
    h("p", { class: "hint" }, t("Pictures by Darkroom's own embedded engine, made for this page.")),
    h("h3", {}, t("Or say what you want to see")),
    h("div", { class: "sentences" }, SENTENCES.map((goal) => h("button", { type: "button", onclick: (event) => begin(event.currentTarget, () => room.send({ kind: "refine", goal })) }, goal))),
    h("details", {}, h("summary", {}, t("Everything that can begin here")), h("div", { class: "actions" },
      begins.map((each) => h("button", { type: "button", onclick: () => room.form(each.name) }, t("{job} a picture", { job: each.title }))))),
    models(room.meta)));
}

function sample(room, name, title) {
  const src = at(`/static/sample-${name}.webp`);
  return h("button", { type: "button", class: "sample", "aria-label": t("Develop: {title}", { title }), onclick: (event) => begin(event.currentTarget, () => room.trySample(src, `${name}.webp`)) },
    h("img", { src, alt: "", width: 240, height: 160 }), h("span", {}, title));
}

async function begin(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
