// Answers that only this window sees: over the message line, where they are seen at every width.
import { $, h } from "./dom.js";
import { clock, dollars, money, short } from "./format.js";
import { t } from "./texts.js";

const MOST = 3;

/** A box over the line; `role` "alert" is read out at once. Returns what takes it away. */
export function aside(title, { role = null, hint = t("Only you see this.") } = {}, ...children) {
  const box = h("div", { class: "aside", role }, h("div", { class: "aside-head" }, h("strong", {}, title), h("span", { class: "hint" }, hint),
    h("button", { type: "button", class: "quiet close", "aria-label": t("Dismiss"), onclick: () => { box.remove(); $("line")?.focus(); } }, "✕")), ...children);
  const place = $("asides");
  place.append(box);
  while (place.children.length > MOST) place.firstElementChild.remove();
  place.scrollTop = place.scrollHeight;
  return () => box.remove();
}

/** What kept something from being done. `title`: what kind of no it is. */
export const say = (sentence, title = t("Not sent")) => aside(title, { role: "alert" }, h("p", {}, sentence));

/** A refusal of the server's: for now, where it says until when, or for good. */
export function sayRefused({ sentence, free_at: free = null }) {
  const until = free ? ` ${t("Free again {time}.", { time: clock(free) })}` : "";
  return say(sentence + until, free ? t("Not now") : t("Refused"));
}

export function showQuota(quota) {
  const meter = (label, used, limit, text) => h("p", {}, h("label", {}, label, " ", h("meter", { min: 0, max: Math.max(Number(limit), 0.000001), value: Number(used) }), h("span", {}, text)));
  const spent = (text) => (Number(text) === 0 ? dollars(0) : money(text));
  const of = (used, limit) => ` ${t("{n} of {m}", { n: used, m: limit })}`;
  aside(t("Your day"), {}, quota.frozen ? h("p", {}, t("All runs are stopped by the operator.")) : null,
    meter(t("Images"), quota.images, quota.images_limit, of(quota.images, quota.images_limit)),
    meter(t("Dollars"), quota.usd, quota.usd_limit, of(spent(quota.usd), spent(quota.usd_limit))),
    meter(t("Everybody"), quota.total_usd, quota.total_usd_limit, of(spent(quota.total_usd), spent(quota.total_usd_limit))),
    h("p", { class: "hint" }, t("Open runs: {n} of {m}; at most {usd} a run; new day at {time}.", { n: quota.open_runs, m: quota.open_runs_limit, usd: spent(quota.usd_per_run), time: clock(quota.free_at) })));
}

export function showHelp(meta) {
  aside(t("Commands"), {}, h("dl", { class: "help" }, meta.commands.map((command) => h("div", {}, h("dt", {}, h("code", {}, `/${command.name}`)),
    h("dd", {}, command.summary, command.needs ? ` (${command.needs})` : null, command.options.length ? h("span", { class: "hint" }, ` · ${command.options.map((option) => option.name).join(", ")}`) : null)))),
  h("p", { class: "hint" }, t("Drop, paste or choose a picture; a sentence alone is a goal; in a thread it says what shall change. Options read name:value. Ctrl-K finds sessions, commands and styles.")),
  models(meta));
}

export function models(meta) {
  if (meta.models.embedded) return h("p", { class: "hint" }, meta.embedded_note);
  const caps = meta.caps ? ` ${t("At most {usd} a run, {most} a day and person.", { usd: money(meta.caps.usd_per_run), most: money(meta.caps.usd_limit) })}` : "";
  return h("p", { class: "hint" }, t("Painter {painter}, critic {critic}.", { painter: meta.models.painter, critic: meta.models.critic }) + caps);
}

export function showSessions(list, open) {
  aside(t("Sessions"), {}, list.length ? h("ul", { class: "plain" }, list.map((entry) => h("li", {}, h("button", { type: "button", class: "quiet", onclick: () => open(entry.session) },
    `${entry.owner_name} /${entry.mode} ${short(entry.name || entry.goal || "", 40)} · ${clock(entry.created)}`)))) : h("p", {}, t("There is none yet.")));
}
