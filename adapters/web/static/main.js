// The playground: wires the channel, the thread, the composer and the live connection.
import { at } from "./address.js";
import { $, h, replace } from "./dom.js";
import { command, get, settled } from "./api.js";
import { models, say, showHelp, showQuota, showSessions } from "./asides.js";
import { Channel } from "./channel.js";
import { Composer } from "./composer.js";
import { short } from "./format.js";
import { askName, setPerson } from "./person.js";
import { Stream } from "./stream.js";
import { Thread } from "./thread.js";

class Playground {
  constructor(meta) {
    this.meta = meta;
    this.thread = null;
    this.channel = new Channel((session) => this.open(session));
    this.stream = new Stream({
      ready: () => this.ready(),
      channel: (data) => this.channel.take(data),
      update: (event) => this.update(event),
      live: () => { if (this.thread) this.thread.live = true; },
      lost: () => this.state("reconnecting…"),
    });
    this.composer = new Composer({
      meta, say,
      send: (fields) => this.send(fields),
      local: (name) => this.local(name),
      inThread: () => this.thread !== null,
    });
    $("engine").textContent = meta.models.embedded ? "embedded engine" : `${meta.models.painter}`;
    $("engine").title = meta.embedded_note || `critic ${meta.models.critic}`;
    $("back").addEventListener("click", () => this.close());
    window.addEventListener("hashchange", () => this.follow());
  }

  begin() {
    this.welcome();
    this.follow();
    if (!this.thread) this.stream.open("");
  }

  // the address names the open session: back, forward and reload work

  follow() {
    const session = decodeURIComponent(location.hash.slice(1));
    if (session && session !== this.thread?.session) this.show(session);
    if (!session && this.thread) this.hide();
  }

  open(session) {
    if (location.hash.slice(1) === encodeURIComponent(session)) this.show(session);
    else location.hash = encodeURIComponent(session);
  }

  close() { location.hash = ""; }

  show(session) {
    this.thread = new Thread(session, this.meta);
    $("panes").dataset.view = "thread";
    $("thread-head").hidden = false;
    $("thread-title").textContent = "Thread";
    $("thread-page").hidden = true;
    this.channel.mark(session);
    this.composer.hint();
    this.stream.open(session);
    this.details(this.thread);
    $("thread-title").focus({ preventScroll: true });
  }

  async details(thread) {
    try {
      const tree = await thread.loadStars();
      if (this.thread !== thread) return;
      $("thread-title").textContent = tree.goal ? short(tree.goal, 60) : `${tree.owner_name}’s ${tree.mode}`;
      $("thread-page").href = at(tree.page);
      $("thread-page").hidden = false;
    } catch (error) {
      if (this.thread === thread && error.status === 404) {
        this.close();
        say(error.message);
      }
    }
  }

  hide() {
    this.thread = null;
    delete $("panes").dataset.view;
    $("thread-head").hidden = true;
    this.channel.mark("");
    this.composer.hint();
    this.welcome();
    this.stream.open("");
  }

  welcome() {
    replace($("thread"), h("div", { class: "welcome" },
      h("span", { class: "lamp", "aria-hidden": "true" }),
      h("h2", {}, "Develop a picture, round by round"),
      h("p", {}, "Drop a picture anywhere, paste one, or describe one. It is painted, compared and painted again until it comes close."),
      h("div", { class: "actions" },
        this.meta.commands.filter((each) => each.begins && !each.missing).map((each, index) => h("button", { type: "button",
          class: index ? "" : "primary", onclick: () => this.composer.form(each.name) }, `${each.title} a picture`))),
      models(this.meta)));
  }

  // the live connection

  async ready() {
    this.state("");
    try {
      const list = await get("/api/sessions");
      this.channel.load(list.sessions);
      this.channel.mark(this.thread?.session ?? "");
    } catch (error) {
      this.state(error.message);
    }
  }

  update(event) {
    if (event.update.session && event.update.session !== this.thread?.session) return;
    this.thread?.apply(event);
    if (event.update.kind === "accepted" && $("thread-page").hidden) this.details(this.thread);
  }

  state(text) { $("link-state").textContent = text; }

  // what this person does

  async send(fields) {
    const session = this.thread?.session ?? "";
    const grows = this.meta.commands.find((each) => each.name === fields.kind)?.grows;
    const data = ["continue", "say"].includes(fields.kind) || (grows && session) ? { ...fields, session } : fields;
    const answer = await command(data);
    if (answer.state === "waiting") this.wait(answer, data);
    return this.tell(answer, data);
  }

  async wait(answer, data) {
    try {
      const later = await settled(answer, data.session ?? "");
      if (later) this.tell(later, data);
      else say("No answer came. The command is written down and is taken up as soon as it can be.");
    } catch (error) {
      say(error.message);
    }
  }

  tell(answer, data) {
    if (answer.state === "refused") {
      say(answer.sentence);
      return false;
    }
    if (answer.state === "begun" && answer.session !== this.thread?.session) this.open(answer.session);
    return true;
  }

  async local(name) {
    try {
      if (name === "help") showHelp(this.meta);
      if (name === "quota") showQuota(await get("/api/quota"));
      if (name === "sessions") showSessions((await get("/api/sessions")).sessions, (session) => this.open(session));
    } catch (error) {
      say(error.message);
    }
  }
}

/** Asks for a name until it is one this person may have. */
async function introduced(again = false) {
  let meta = null;
  for (let trouble = ""; !meta; again = true) {
    await askName(again, trouble);
    try {
      meta = await get("/api/meta");
    } catch (error) {
      if (error.status !== 403 && error.status !== 400) throw error;
      trouble = error.message;
    }
  }
  setPerson(meta.me);
  return meta;
}

async function start() {
  const meta = await introduced();
  const playground = new Playground(meta);
  $("person").addEventListener("click", async () => {
    await introduced(true);
    playground.stream.connect();
    if (playground.thread) playground.details(playground.thread);
  });
  playground.begin();
}

start().catch((error) => { $("link-state").textContent = error.message; });
