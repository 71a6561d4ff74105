// The channel: every session a message, newest at the bottom, kept up to date while open.
import { at } from "./address.js";
import { $, h, replace } from "./dom.js";
import { clock, images, score, short } from "./format.js";
import { t } from "./texts.js";

export class Channel {
  constructor(onOpen) {
    this.place = $("channel");
    this.onOpen = onOpen;
    this.sessions = new Map();
    this.rows = new Map();
    this.current = "";
  }

  /** The whole list as the server has it now, newest first. */
  load(list) {
    const near = this.nearEnd();
    for (const entry of [...list].reverse()) this.put(entry.session, { ...entry, line: "" });
    $("panes").toggleAttribute("data-empty", !this.sessions.size);
    if (!this.sessions.size) replace(this.place, h("li", { class: "empty" }, t("Nothing has been developed here yet.")));
    if (near) this.place.scrollTop = this.place.scrollHeight;
  }

  /** One update's digest. */
  take(data) {
    const before = this.sessions.get(data.session);
    if (!before && (data.kind !== "accepted" || data.branch)) return;
    const near = this.nearEnd();
    this.put(data.session, { ...change(data, before ?? { iterations: 0, score: null, image: "" }), links: { ...before?.links, ...data.links } });
    if (near) this.place.scrollTop = this.place.scrollHeight;
  }

  drop(session) {
    this.rows.get(session)?.remove();
    this.rows.delete(session);
    this.sessions.delete(session);
  }

  mark(session) {
    this.rows.get(this.current)?.querySelector("button").removeAttribute("aria-current");
    this.current = session;
    this.rows.get(session)?.querySelector("button").setAttribute("aria-current", "true");
  }

  put(session, entry) {
    const whole = { created: new Date().toISOString(), ...this.sessions.get(session), ...entry, session };
    this.sessions.set(session, whole);
    let row = this.rows.get(session);
    if (!row) {
      row = h("li", {}, h("button", { type: "button", class: "message", onclick: () => this.onOpen(session) }));
      this.place.querySelector(".empty")?.remove();
      $("panes").removeAttribute("data-empty");
      this.rows.set(session, row);
      this.place.append(row);
    }
    const button = row.firstElementChild;
    replace(button, ...line(whole));
    if (session === this.current) button.setAttribute("aria-current", "true");
  }

  nearEnd() {
    return this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight < 160;
  }
}

function change(data, before) {
  switch (data.kind) {
    case "accepted":
      if (data.branch) return { open: true, line: t("{name} branches off", { name: data.owner_name }) };
      return { mode: data.mode, owner_name: data.owner_name, goal: data.goal, reference: data.reference, rounds: data.rounds,
        open: true, line: data.confirm ? t("asks first") : t("queued") };
    case "progressed":
      return { open: !["done", "stopped", "refused", "failed", "paused"].includes(data.phase), line: data.line, rounds: data.rounds };
    case "iteration_finished": {
      const better = !before.image || data.won;
      return { iterations: before.iterations + data.images, ...(better ? { image: data.image, score: data.score ?? before.score } : {}) };
    }
    case "finished":
      return { open: false, line: "", reason: data.reason, ...(data.image ? { image: data.image, score: data.score } : {}) };
    case "failed":
      return { open: false, line: "", reason: data.line };
    default:
      return {};
  }
}

const WAITS = { confirming: t("asks first"), queued: t("queued") };

function line(entry) {
  const picture = (hash, alt) => hash && entry.links?.[hash] && h("img", { src: at(`${entry.links[hash]}&thumb=1`), alt, loading: "lazy" });
  const name = entry.owner_name ?? "";
  const state = entry.open ? entry.line || WAITS[entry.status] || t("developing…") : short(entry.reason ?? "", 80);
  return [
    h("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1).toUpperCase()),
    h("span", { class: "body" },
      h("span", { class: "who" }, h("strong", {}, name), h("time", { datetime: entry.created }, clock(entry.created))),
      h("span", { class: "what" }, h("code", {}, `/${entry.mode ?? "refine"}`), " ", short(entry.name || entry.goal || "", 90)),
      h("span", { class: "thumbs" }, picture(entry.reference, t("Reference")) || null, entry.image ? h("span", { class: "arrow", "aria-hidden": "true" }, "→") : null, picture(entry.image, t("Best so far")) || null),
      h("span", { class: `state ${entry.open ? "open" : ""}` },
        entry.iterations ? `${images(entry.iterations)}${entry.score && entry.mode === "refine" ? ` · ${t("best {score}", { score: score(entry.score.value ?? entry.score) })}` : ""}` : "",
        state ? h("span", { class: "line" }, state) : null)),
  ];
}
