// What changed from one prompt to the next, word by word; and the checklist as rounds × questions.
import { h } from "./dom.js";
import { t, tn } from "./texts.js";

const MOST = 600; // words of a side: beyond, the table of pairs grows too large

/** [{kind: "same" | "gone" | "new", text}] from the words of two texts. */
export function wordChanges(before, after) {
  const a = before.split(/\s+/).filter(Boolean).slice(0, MOST);
  const b = after.split(/\s+/).filter(Boolean).slice(0, MOST);
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  }
  const found = [];
  const add = (kind, word) => {
    if (found.at(-1)?.kind === kind) found.at(-1).text += ` ${word}`;
    else found.push({ kind, text: word });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { add("same", a[i]); i += 1; j += 1; }
    else if (j < b.length && (i === a.length || table[i][j + 1] >= table[i + 1][j])) { add("new", b[j]); j += 1; }
    else { add("gone", a[i]); i += 1; }
  }
  return found;
}

/** A prompt beside its parent's: what went is struck out, what came is marked. */
export function changedPrompt(parent, node) {
  const [before, after] = [parent.words || parent.prompt, node.words || node.prompt];
  if (!before || before === after) return null;
  return h("details", { class: "words-changed" }, h("summary", {}, t("What changed in the prompt")),
    h("p", {}, wordChanges(before, after).flatMap(({ kind, text }) => [kind === "gone" ? h("del", {}, text) : kind === "new" ? h("ins", {}, text) : text, " "])));
}

const MARKS = new Map([[true, ["✓", t("yes"), "y"]], [false, ["✗", t("no"), "n"]], [null, ["?", t("can't be told"), "c"]]]);

/** Rounds × questions, null where nothing was asked; made when it is opened: of many rounds it is large. */
export function checkGrid(nodes, name) {
  const asked = nodes.filter((node) => node.checks.length);
  if (!asked.length) return null;
  const box = h("details", { class: "card check-grid" }, h("summary", {}, tn(asked.length, "Checklist, {n} image", "Checklist, {n} images")));
  box.addEventListener("toggle", () => box.append(grid(asked, name)), { once: true });
  return box;
}

function grid(asked, name) {
  const questions = [...new Set(asked.flatMap((node) => node.checks.map((check) => check.question)))];
  const cell = (node, question) => {
    const check = node.checks.find((each) => each.question === question);
    if (!check) return h("td", {}, "");
    const [mark, said, short] = MARKS.get(check.passed) ?? MARKS.get(null);
    return h("td", { class: `check-${short}` }, h("span", { "aria-hidden": "true" }, mark), h("span", { class: "sr" }, said));
  };
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Checklist") }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("Question")), asked.map((node) => h("th", { scope: "col" }, name(node))))),
    h("tbody", {}, questions.map((question) => h("tr", {}, h("th", { scope: "row" }, question), asked.map((node) => cell(node, question)))))));
}
