// A thread: what it shows is a function of the updates, in their order; a repeat changes nothing.
import { located } from "./address.js";
import { $, h, replace } from "./dom.js";
import { score, short } from "./format.js";
import { ClosingCard } from "./closing.js";
import { DescribedCard } from "./describing.js";
import { ReviewCard } from "./review.js";
import { RoundCard } from "./round.js";
import { StatusCard } from "./status.js";
import { command, get, maskLink, settled } from "./api.js";
import { myId } from "./person.js";

const CARDS = { accepted: StatusCard, progressed: StatusCard, iteration_finished: RoundCard, critiqued: RoundCard, discarded: RoundCard, described: DescribedCard,
  review_requested: ReviewCard, paused: ReviewCard, finished: ClosingCard, failed: ClosingCard };

const STARTS = new Set(["pick", "paint_again", "edit_prompt", "continue", "say", "put_back", "undo"]);

export class Thread {
  constructor(session, meta) {
    this.session = session;
    this.embeddedNote = meta.embedded_note;
    this.commands = meta.commands;
    this.accept = meta.accept;
    this.masks = meta.masks;
    this.place = $("thread");
    this.cards = new Map();
    this.links = {};
    this.rounds = new Map();
    this.stars = new Set();
    this.reference = "";
    this.notes = new Set();
    this.live = false; // what was there before is not read out
    replace(this.place);
  }

  // what the cards ask of the room they are in

  image(hash) { return this.links[hash] ?? ""; }

  thumb(hash) { return this.links[hash] ? `${this.links[hash]}&thumb=1` : ""; }

  /** A job's name as a heading. */
  title(mode) { return mode === "undo" ? "Back" : this.commands.find((each) => each.name === mode)?.title ?? mode; }

  /** Whether what this job makes stands for itself, without rounds. */
  isPicture(mode) { return this.commands.find((each) => each.name === mode)?.picture ?? false; }

  starred(iteration) { return this.stars.has(iteration); }

  /** The course of a run for the plot. */
  course(run) {
    return [...this.rounds.values()].filter((update) => update.run === run && update.candidates.length)
      .map((update) => ({ round: update.round, cost: update.cost, ...update.candidates[update.best].score }));
  }

  /** Sends what a button means; a refusal is shown in the thread, to this person alone. */
  async act(button, data) {
    if (button.getAttribute("aria-disabled") === "true") return false;
    button.setAttribute("aria-disabled", "true");
    button.classList.add("busy");
    try {
      const answer = await command({ session: this.session, ...data });
      if (answer.state === "waiting") this.follow(answer, STARTS.has(data.kind) ? 6 : 1);
      return this.tell(answer);
    } catch (error) {
      this.note(error.message, "refused");
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
      this.note(error.message, "refused");
    }
  }

  async follow(answer, times) {
    try {
      const later = await settled(answer, this.session, times);
      if (later) this.tell(later);
    } catch { /* the stream says what became of it */ }
  }

  tell(answer) {
    if (answer.state === "begun" && answer.session !== this.session) location.hash = encodeURIComponent(answer.session);
    else if (answer.state === "begun") this.goTo(answer.run);
    if (answer.state !== "refused") return true;
    this.refuse(answer.key, answer.sentence);
    return false;
  }

  /** Shows the run this person just began, now or as soon as its card is here. */
  goTo(run) {
    this.awaited = run;
    const card = this.cards.get(`status:${run}`);
    if (!card) return;
    this.awaited = "";
    card.element.scrollIntoView({ block: "start" });
  }

  async toggleStar(button, iteration, redraw) {
    const on = this.stars.has(iteration);
    const done = await this.act(button, on ? { kind: "unpick", iteration } : { kind: "pick", iteration, signal: "reaction" });
    if (!done) return;
    if (on) this.stars.delete(iteration); else this.stars.add(iteration);
    redraw();
    this.place.querySelector(".star:focus")?.focus();
  }

  // updates

  async loadStars() {
    const tree = await get(`/api/sessions/${encodeURIComponent(this.session)}`);
    const mine = Object.entries(tree.stars).filter(([, people]) => people.includes(myId())).map(([iteration]) => iteration);
    this.stars = new Set(mine);
    for (const card of this.cards.values()) if (card instanceof RoundCard && card.round) card.draw();
    return tree;
  }

  apply({ subject, update, links, key }) {
    Object.assign(this.links, located(links));
    if (update.kind === "refused") return this.refuse(update.dedup_key || key, update.sentence);
    if (update.kind === "noticed") return this.notice(subject, update);
    if (update.kind === "accepted" && update.reference) this.reference = update.reference;
    if (update.kind === "iteration_finished" && !update.again) this.rounds.set(subject, update);
    const near = this.nearEnd();
    this.card(subject, update.kind)?.apply(update);
    this.effects(update);
    if (near) this.toEnd();
    if (update.kind === "accepted" && update.run === this.awaited) this.goTo(update.run);
    return undefined;
  }

  card(subject, kind) {
    let card = this.cards.get(subject);
    if (!card && CARDS[kind]) {
      card = new CARDS[kind](this);
      this.cards.set(subject, card);
      this.place.append(card.element);
    }
    return card;
  }

  effects(update) {
    const status = this.cards.get(`status:${update.run}`);
    if (update.kind === "finished") status?.end("done");
    if (update.kind === "failed") status?.end("failed");
    if (update.kind === "finished" || update.kind === "failed") this.endReviews(update.run, "The run is over.");
    if (update.kind === "paused") status?.end("paused");
    if (update.kind === "iteration_finished" && !update.again) {
      this.endReviews(update.run, "The run went on.");
      this.announce(update);
    }
    if (update.kind === "finished") this.say(`The run is over. ${update.reason}`);
    if (update.kind === "review_requested" && update.until) this.say(`The critique of round ${update.round} can be edited.`);
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
      this.place.append(card.element);
    }
    replace(card.element, update.sentence, this.repost(update));
  }

  /** A post that may be missing can be made again, until somebody did. */
  repost(update) {
    if (update.closed || !update.about.startsWith("repost:")) return null;
    const delivery = update.about.slice("repost:".length);
    return h("button", { type: "button", onclick: (event) => this.act(event.currentTarget, { kind: "repost", delivery }) }, "Repost");
  }

  refuse(key, sentence) {
    if (this.notes.has(key)) return;
    this.notes.add(key);
    this.note(sentence, "refused");
  }

  note(sentence, className = "") {
    this.place.append(h("p", { class: `post notice ${className}`, role: "alert" }, sentence, " ", h("span", { class: "hint" }, "Only you see this.")));
    this.toEnd();
  }

  announce(update) {
    const view = update.candidates[update.best];
    if (update.shown === "picture") return this.say(`${this.title(update.mode)}: ${update.candidates.length === 1 ? "the picture is" : `${update.candidates.length} pictures are`} done.`);
    const points = view?.score ? `, score ${score(view.score.value)}` : "";
    this.say(`Round ${update.round} of ${update.rounds}${points}. ${short(update.critique, 160)}`);
    return undefined;
  }

  say(text) {
    if (this.live) $("announcer").textContent = text;
  }

  nearEnd() {
    return this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight < 260;
  }

  toEnd() {
    this.place.scrollTop = this.place.scrollHeight;
  }
}
