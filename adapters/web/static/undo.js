// Taking a picture down can't be taken back once it is done: so it is done after a while.
import { aside } from "./asides.js";
import { h } from "./dom.js";
import { uuid } from "./api.js";
import { at } from "./address.js";
import { header } from "./person.js";
import { t } from "./texts.js";

const SECONDS = 8;

/** Dims the picture and sends the command when nobody took it back; leaving the page sends it at once. */
export function takeDown(room, view) {
  const card = [...room.cards.values()].find((each) => each.round?.candidates.some((one) => one.iteration === view.iteration));
  card?.element.classList.add("leaving");
  const send = () => { end(); room.act(h("button"), { kind: "discard", iteration: view.iteration }).then((done) => { if (!done) card?.element.classList.remove("leaving"); }); };
  const leave = () => { end(); sendAndGo({ kind: "discard", iteration: view.iteration, session: room.session }); };
  const timer = setTimeout(send, SECONDS * 1000);
  const close = aside(t("Taken down"), { role: "status" }, h("p", {}, `${t("The picture is deleted in {n} seconds.", { n: SECONDS })} `,
    h("button", { type: "button", onclick: () => { end(); card?.element.classList.remove("leaving"); } }, t("Undo"))));
  const end = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", leave);
    close();
  };
  addEventListener("pagehide", leave);
}

function sendAndGo(data) {
  fetch(at("/api/commands"), { method: "POST", keepalive: true, body: JSON.stringify({ ...data, key: uuid() }),
    headers: { "Content-Type": "application/json", "X-Darkroom-Name": header() } });
}
