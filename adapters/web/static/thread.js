// A thread: what it shows is a function of the updates, in their order; a repeat changes nothing.
// What is developed stands on the stage; what wants an answer lies above it, what was said below.
import { at, located } from "./address.js";
import { $, h, replace } from "./dom.js";
import { score, short } from "./format.js";
import { ClosingCard } from "./closing.js";
import { DescribedCard } from "./describing.js";
import { ReviewCard } from "./review.js";
import { RoundCard } from "./round.js";
import { Stage, referenceFrame } from "./stage.js";
import { StatusCard } from "./status.js";
import { say, sayRefused } from "./asides.js";
import { command, get, maskLink, settled } from "./api.js";
import { myId } from "./person.js";
import { t, tn } from "./texts.js";

const CARDS = { accepted: StatusCard, progressed: StatusCard, iteration_finished: RoundCard, critiqued: RoundCard, discarded: RoundCard, described: DescribedCard,
  review_requested: ReviewCard, paused: ReviewCard, finished: ClosingCard, failed: ClosingCard };

const STARTS = new Set(["pick", "paint_again", "edit_prompt", "continue", "say", "put_back", "undo"]);

export class Thread {
  /** `told(update, live)`: what the window is told of what happens here. */
  constructor(session, meta, told = () => {}) {
    this.session = session;
    this.embeddedNote = meta.embedded_note;
    this.free = meta.models.embedded;
    this.commands = meta.commands;
    this.accept = meta.accept;
    this.masks = meta.masks;
    this.told = told;
    this.cards = new Map();
    this.links = {};
    this.rounds = new Map();
    this.stars = new Set();
    this.reference = "";
    this.notes = new Set();
    this.isLive = false; // what was there before is not read out
    this.now = h("div", { class: "now" });
    this.stage = new Stage(this);
    this.log = h("div", { class: "log" });
    this.past = h("details", { class: "past", hidden: true }, h("summary", {}, t("Earlier runs")));
    this.place = $("thread");
    replace(this.place, this.now, this.stage.element, this.log, this.past);
  }

  // what the cards ask of the room they are in

  image(hash) { return this.links[hash] ?? ""; }

  thumb(hash) { return this.links[hash] ? `${this.links[hash]}&thumb=1` : ""; }

  /** A job's name as a heading. */
  title(mode) { return mode === "undo" ? t("Back") : this.commands.find((each) => each.name === mode)?.title ?? mode; }

  /** Whether what this job makes stands for itself, without rounds. */
  isPicture(mode) { return this.commands.find((each) => each.name === mode)?.picture ?? false; }

  starred(iteration) { return this.stars.has(iteration); }

  star(iteration, on) {
    if (on) this.stars.add(iteration); else this.stars.delete(iteration);
  }

  /** The course of a run for the plot. */
  course(run) {
    return [...this.rounds.values()].filter((update) => update.run === run && update.candidates.length)
      .map((update) => ({ round: update.round, cost: update.cost, ...update.candidates[update.best].score }));
  }

  async pageLink() {
    try {
      return new URL(at((await this.tree()).page), location.href).href;
    } catch (error) {
      this.note(error.message);
      return "";
    }
  }

  /** Sends what a button means; a refusal is told to this person alone. `tell` gets its sentence. */
  async act(button, data, tell = null) {
    if (button.getAttribute("aria-disabled") === "true") return false;
    button.setAttribute("aria-disabled", "true");
    button.classList.add("busy");
    try {
      const answer = await command({ session: this.session, ...data });
      if (answer.state === "waiting") this.follow(answer, STARTS.has(data.kind) ? 6 : 1);
      return this.tell(answer, tell);
    } catch (error) {
      (tell ?? ((sentence) => this.note(sentence)))(error.message);
      return false;
    } finally {
      button.removeAttribute("aria-disabled");
      button.classList.remove("busy");
    }
  }

  /** Opens the mask painter; what is painted there comes back into this thread. */
  async paintOn(iteration) {
    try {
      location.assign(await maskLink({ iteration, session: this.session }));
    } catch (error) {
      this.note(error.message);
    }
  }

  async follow(answer, times) {
    try {
      const later = await settled(answer, this.session, times);
      if (later) this.tell(later);
    } catch { /* the stream says what became of it */ }
  }

  tell(answer, tell = null) {
    if (answer.state === "begun" && answer.session !== this.session) location.hash = encodeURIComponent(answer.session);
    else if (answer.state === "begun") this.stage.following = true;
    if (answer.state !== "refused") return true;
    if (tell) this.notes.add(answer.key);
    if (tell) tell(answer.sentence);
    else this.refuse(answer.key, answer);
    return false;
  }

  // updates

  tree() { return get(`/api/sessions/${encodeURIComponent(this.session)}`); }

  async loadStars() {
    const tree = await this.tree();
    const mine = Object.entries(tree.stars).filter(([, people]) => people.includes(myId())).map(([iteration]) => iteration);
    this.stars = new Set(mine);
    this.drawStars();
    return tree;
  }

  drawStars() {
    for (const card of this.cards.values()) if (card instanceof RoundCard && card.round && !card.gone) card.draw();
  }

  /** What was there before is here: from now on what comes is new. */
  live() {
    this.isLive = true;
    this.stage.settle();
  }

  apply({ subject, update, links, key }) {
    Object.assign(this.links, located(links));
    if (update.kind === "refused") return this.refuse(update.dedup_key || key, update);
    if (update.kind === "noticed") return this.notice(subject, update);
    if (update.kind === "accepted" && update.reference && !this.reference) this.begin(update.reference);
    if (update.kind === "iteration_finished" && !update.again) this.rounds.set(subject, update);
    const card = this.card(subject, update.kind);
    card?.apply(update);
    this.put(card);
    this.effects(update);
    this.told(update, this.isLive);
    return undefined;
  }

  begin(reference) {
    this.reference = reference;
    this.stage.add(referenceFrame(this), this.isLive);
  }

  card(subject, kind) {
    if (!this.cards.has(subject) && CARDS[kind]) this.cards.set(subject, new CARDS[kind](this));
    return this.cards.get(subject);
  }

  /** A card's place: a frame of the stage, else above or below it. */
  put(card) {
    if (!card) return;
    if (card.cell) return this.stage.drawCell(card);
    if (card.ready) {
      card.starts = this.lastRun !== undefined && card.run !== this.lastRun;
      this.lastRun = card.run;
      return this.stage.add(card, this.isLive);
    }
    if (card.element.isConnected || card instanceof RoundCard) return undefined;
    if (card instanceof StatusCard) this.retire();
    const place = card instanceof StatusCard || card instanceof ReviewCard ? this.now : this.log;
    return place.append(card.element);
  }

  /** Runs that are over make room for the next one. */
  retire() {
    for (const card of [...this.cards.values()].filter((each) => each instanceof StatusCard && each.over && each.element.parentNode === this.now)) {
      this.past.append(card.element);
      this.past.hidden = false;
    }
  }

  effects(update) {
    const status = this.cards.get(`status:${update.run}`);
    if (update.kind === "finished") status?.end("done");
    if (update.kind === "failed") status?.end("failed");
    if (update.kind === "finished" || update.kind === "failed") this.endReviews(update.run, t("The run is over."));
    if (update.kind === "finished" && !document.activeElement.closest(".now")) this.retire();
    if (update.kind === "paused") status?.end("paused");
    if (update.kind === "iteration_finished" && !update.again) {
      this.endReviews(update.run, t("The run went on."));
      this.announce(update);
    }
    if (update.kind === "finished") this.say(`${t("The run is over.")} ${update.reason}`);
    if (update.kind === "review_requested" && update.until) this.say(t("The critique of round {n} can be edited.", { n: update.round }));
  }

  endReviews(run, sentence) {
    for (const [subject, card] of this.cards) {
      if (card instanceof ReviewCard && subject.startsWith(`review:${run}/`)) card.end(sentence);
    }
  }

  notice(subject, update) {
    let card = this.cards.get(subject);
    if (!card) {
      card = { element: h("p", { class: "post notice" }) };
      this.cards.set(subject, card);
      this.log.append(card.element);
    }
    replace(card.element, update.sentence, this.offer(update));
  }

  /** A post that may be missing can be made again, another painter can take over: until somebody did. */
  offer(update) {
    if (update.closed) return null;
    if (update.about.startsWith("instead:")) {
      const number = Number(update.about.slice("instead:".length));
      const send = { kind: "instead", run: update.run, number };
      return h("button", { type: "button", onclick: (event) => this.act(event.currentTarget, send) }, t("Let it paint"));
    }
    if (!update.about.startsWith("repost:")) return null;
    const delivery = update.about.slice("repost:".length);
    return h("button", { type: "button", onclick: (event) => this.act(event.currentTarget, { kind: "repost", delivery }) }, t("Repost"));
  }

  refuse(key, refusal) {
    if (this.notes.has(key)) return;
    this.notes.add(key);
    sayRefused(refusal);
  }

  note(sentence) { say(sentence, t("Not done")); }

  announce(update) {
    const view = update.candidates[update.best];
    if (update.shown === "picture") return this.say(tn(update.candidates.length, "{job}: the picture is done.", "{job}: {n} pictures are done.", { job: this.title(update.mode) }));
    const points = view?.score ? `, ${t("score {score}", { score: score(view.score.value) })}` : "";
    this.say(`${t("Round {n} of {m}", { n: update.round, m: update.rounds })}${points}. ${short(update.critique, 160)}`);
    return undefined;
  }

  say(text) {
    if (this.isLive) $("announcer").textContent = text;
  }
}
