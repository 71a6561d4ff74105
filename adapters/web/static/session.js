// The session page: the tree, one image against the reference, the course, every prompt.
import { at, located } from "./address.js";
import { $, h, replace } from "./dom.js";
import { change, clock, images, money, runs, score, seconds } from "./format.js";
import { compare } from "./compare.js";
import { course } from "./course.js";
import { laidOut } from "./laid-out.js";
import { disclosure } from "./prompt.js";
import { checklist, showImage } from "./viewer.js";
import { branches } from "./tree.js";
import { Comparison } from "./session-compare.js";
import { Growing } from "./session-growing.js";
import { Many } from "./session-many.js";
import { origin } from "./session-origin.js";
import { changedPrompt, checkGrid } from "./session-words.js";
import { recall } from "./person.js";
import { t } from "./texts.js";

const STANDS = { confirming: t("asks first"), queued: t("queued"), running: t("developing"), waiting: t("waiting"), paused: t("paused"),
  done: t("done"), stopped: t("stopped"), refused: t("refused"), failed: t("failed") };

class SessionPage {
  constructor(tree) {
    this.tree = tree;
    this.nodes = new Map(tree.iterations.map((node) => [node.id, node]));
    this.buttons = new Map();
    this.many = tree.inside && recall() ? new Many(this.buttons, tree.session, (what, ids, on) => this.changed(what, ids, on)) : null;
    this.growing = this.many ? new Growing(tree, reload) : null;
    this.side = h("section", { class: "card focus", "aria-label": t("The chosen image"), "aria-live": "polite" });
    const best = tree.iterations.reduce((a, b) => ((b.score?.value ?? -1) > (a?.score?.value ?? -1) ? b : a), null);
    this.chosen = (best ?? tree.iterations.at(-1))?.id;
  }

  draw() {
    const { tree } = this;
    document.title = `${tree.name || tree.goal || t("Session")} · Darkroom`;
    $("what").textContent = `${tree.owner_name} · ${tree.mode} · ${clock(tree.created)}`;
    replace($("session"),
      h("header", { class: "title" }, h("h2", {}, tree.name || tree.goal || ({ refine: t("Refined from a picture"), evolve: t("Evolved from a picture") }[tree.mode] ?? `/${tree.mode}`)),
        h("p", { class: "hint" }, t("{images} in {runs}, {cost}", { images: images(tree.iterations.length), runs: runs(tree.runs.length), cost: money(this.spent()) }))),
      tree.iterations.length ? null : h("p", { class: "hint" }, t("Nothing has been painted yet.")),
      h("p", { class: "actions" }, h("a", { class: "button", href: at(`/s/${encodeURIComponent(tree.session)}/all.zip${location.search}`), download: "" }, t("Download all")),
        tree.gallery ? h("a", { class: "button", href: at(tree.gallery) }, t("Gallery of the channel")) : null),
      h("div", { class: "columns" }, this.treeCard(), this.side),
      this.comparing(), this.course(), checkGrid(tree.iterations, (node) => this.name(node)));
    this.focus(this.chosen);
  }

  name(node) {
    const scene = node.chapter?.scene;
    return [scene ? `${node.chapter.telling.scene} ${scene.title}`.trim() : t("Round {n}", { n: node.round }), node.score ? score(node.score.value) : ""].filter(Boolean).join(" · ");
  }

  /** Any two images against each other, the reference among them. */
  comparing() {
    const { tree } = this;
    const choices = tree.iterations.map((node, index) => ({ id: node.id, name: `${index + 1}: ${this.name(node)}`, src: tree.links[node.image], alt: node.alt }));
    if (tree.reference) choices.unshift({ id: "", name: t("Reference"), src: tree.links[tree.reference], alt: t("The reference") });
    if (choices.length < 2) return null;
    this.comparison = new Comparison(choices);
    return this.comparison.element;
  }

  spent() {
    const known = this.tree.iterations.map((node) => node.cost).filter((cost) => cost !== null);
    return known.length || !this.tree.iterations.length ? String(known.reduce((sum, cost) => sum + Number(cost), 0)) : null;
  }

  treeCard() {
    const { tree } = this;
    const root = tree.reference ? h("button", { type: "button", class: "node root", "aria-label": t("The reference: full size"),
      onclick: () => showImage(tree.links[tree.reference], t("The reference"), t("The reference")) },
    h("img", { src: `${tree.links[tree.reference]}&thumb=1`, alt: "" }), h("span", {}, t("reference"))) : null;
    return h("section", { class: "card tree", "aria-label": t("The tree of images"), onkeydown: (event) => this.key(event) }, h("h3", {}, t("Tree")), this.many?.element, root,
      branches([...tree.iterations, ...(tree.gone ?? []).map((node) => ({ ...node, gone: true }))], (node) => this.node(node)));
  }

  node(node) {
    if (node.gone) return h("span", { class: "node gone" }, h("span", { class: "no-thumb", "aria-hidden": "true" }, "✕"), h("span", {}, `${node.round} ${t("taken down")}`));
    const gain = this.gain(node);
    const star = h("i", { class: "star", "aria-hidden": "true" }, this.tree.starred[node.id] ? "★" : "");
    const button = h("button", { type: "button", class: `node ${node.won ? "won" : ""}`, "data-id": node.id, "aria-pressed": "false",
      onclick: () => { if (!this.many?.take(node.id)) this.focus(node.id); } },
    h("img", { src: `${this.tree.links[node.image]}&thumb=1`, alt: "", loading: "lazy", decoding: "async", width: 92, height: 70 }),
    h("span", {}, `${node.round}`, node.score ? h("b", {}, score(node.score.value)) : null, gain ? h("i", { class: gain.way }, `${gain.mark}`) : null, star));
    this.buttons.set(node.id, button);
    this.label(node, button);
    return button;
  }

  label(node, button) {
    const said = [t("Round {n}", { n: node.round }), node.score ? t("score {score}", { score: score(node.score.value) }) : "", node.style, this.tree.starred[node.id] ? t("starred") : ""];
    button.setAttribute("aria-label", said.filter(Boolean).join(", "));
  }

  /** What was done to many: a star is drawn, what was deleted goes. */
  changed(what, ids, on) {
    if (what === "choosing") this.buttons.get(this.shown)?.setAttribute("aria-pressed", String(!on));
    if (what === "delete") return ids.length ? reload() : undefined;
    for (const id of ids) {
      const count = (this.tree.starred[id] ?? 0) + (on ? 1 : -1);
      this.tree.starred[id] = Math.max(0, count);
      const button = this.buttons.get(id);
      button.querySelector(".star").textContent = this.tree.starred[id] ? "★" : "";
      this.label(this.nodes.get(id), button);
    }
    return undefined;
  }

  /** Arrow keys walk from image to image, Home and End to the ends. */
  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = [...this.buttons.values()].filter((button) => button.checkVisibility());
    const from = all.indexOf(document.activeElement);
    if (from < 0) return;
    const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : from + (step ?? 0);
    if (to === from || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  }

  gain(node) {
    const parent = this.nodes.get(node.parent);
    return node.score && parent?.score ? change(node.score.value - parent.score.value) : null;
  }

  focus(id) {
    const node = this.nodes.get(id);
    if (!node) return;
    this.buttons.get(this.shown)?.setAttribute("aria-pressed", "false");
    this.buttons.get(id)?.setAttribute("aria-pressed", "true");
    this.shown = id;
    const { tree } = this;
    const src = tree.links[node.image];
    const picture = tree.reference
      ? compare({ before: tree.links[tree.reference], after: src, afterName: t("Round {n}", { n: node.round }), alt: node.alt })
      : h("img", { class: "plain", src, alt: node.alt || t("Round {n}", { n: node.round }) });
    replace(this.side, h("h3", {}, node.chapter ? this.name(node) : t("Round {n}", { n: node.round }), node.style ? h("span", { class: "badge" }, node.style) : null, node.won && tree.mode === "refine" ? h("span", { class: "badge best" }, t("won its round")) : null),
      picture, this.facts(node), node.because ? h("p", { class: "because" }, node.because) : null,
      node.chapter ? h("p", { class: "told" }, node.chapter.scene.text) : null,
      this.nodes.has(node.parent) ? changedPrompt(this.nodes.get(node.parent), node) : null,
      node.critique ? h("p", {}, h("strong", {}, t("Then:"), " "), node.critique.summary) : null,
      checklist(node.checks), disclosure(node.prompt, node.words, node.model.startsWith("offline:")), origin(node.image, src),
      this.growing?.form(node),
      h("div", { class: "actions" }, h("button", { type: "button", onclick: () => showImage(src, node.alt, t("Round {n}", { n: node.round })) }, t("Full size")),
        this.comparison ? h("button", { type: "button", onclick: () => { this.comparison.show(node.id); this.comparison.element.scrollIntoView({ block: "start" }); } }, t("Compare")) : null,
        h("a", { class: "button", href: src, download: `round-${node.round}.png` }, t("Download"))));
  }

  facts(node) {
    const gain = this.gain(node);
    return h("p", { class: "facts-line" }, node.score ? h("span", { class: "score" }, score(node.score.value)) : null,
      gain ? h("span", { class: `change ${gain.way}` }, `${gain.mark} ${gain.text}`) : null,
      node.drift !== null ? h("span", {}, t("{score} to the original", { score: score(node.drift) })) : null,
      h("span", {}, money(node.cost)), h("span", {}, seconds(node.seconds)), h("span", { class: "model" }, node.model),
      node.seed !== null ? h("span", {}, t("seed {n}", { n: node.seed })) : null);
  }

  /** All runs in one plot, and what became of each. */
  course() {
    const { nodes, rows } = laidOut(this.tree);
    return h("section", { class: "card courses", "aria-label": t("Runs") }, h("h3", {}, t("Runs")), course(rows, nodes),
      h("ol", { class: "plain runs" }, this.tree.runs.map((run) => {
        const row = rows.find((each) => each.run === run);
        return h("li", {}, row ? h("strong", {}, `${row.letter} `) : null, `${run.by}, ${clock(run.created)} `, h("span", { class: "badge" }, STANDS[run.status] ?? run.status), " ", h("span", { class: "hint" }, run.reason));
      })));
  }
}

const reload = () => start().catch(tell);
const tell = (error) => replace($("session"), h("p", { class: "hint", role: "alert" }, error.message));

async function start() {
  const id = location.pathname.split("/").pop();
  const response = await fetch(at(`/api/sessions/${id}${location.search}`));
  const data = await response.json();
  if (!response.ok) throw new Error(data.error);
  new SessionPage({ starred: {}, ...data, links: located(data.links) }).draw();
  document.documentElement.dataset.drawn = String(data.iterations.length);
}

reload();
