// The playground: wires the channel, the thread, the composer and the live connection.
import { at } from "./address.js";
import { $, h } from "./dom.js";
import { cancelAll, command, get, settled, upload } from "./api.js";
import { aside, say, sayRefused, showHelp, showQuota, showSessions } from "./asides.js";
import { BETWEEN, Batches } from "./batches.js";
import { Channel } from "./channel.js";
import { Composer } from "./composer.js";
import { short } from "./format.js";
import { askName, myId, setPerson } from "./person.js";
import { showPreferences } from "./preferences.js";
import { showMap } from "./map.js";
import { listenForPalette, openPalette } from "./palette.js";
import { manageSession } from "./managing.js";
import { Stream } from "./stream.js";
import { spoken, t } from "./texts.js";
import { Thread } from "./thread.js";
import { Title, notify, offerNotice } from "./told.js";
import { welcome } from "./welcome.js";

class Playground {
  constructor(meta) {
    this.meta = meta;
    this.thread = null;
    this.title = new Title();
    this.channel = new Channel((session) => this.open(session));
    this.batches = new Batches({ entry: (session) => this.channel.sessions.get(session), open: (session) => this.open(session) });
    this.stream = new Stream({
      ready: () => this.ready(),
      channel: (data) => this.digest(data),
      update: (event) => this.update(event),
      live: () => this.thread?.live(),
      lost: () => this.state(t("reconnecting…")),
    });
    this.composer = new Composer({
      meta, say,
      send: (fields, trouble) => this.send(fields, trouble),
      batch: (jobs) => this.batched(jobs),
      local: (name) => this.local(name),
      inThread: () => this.thread !== null,
    });
    $("engine").textContent = meta.models.embedded ? t("embedded engine") : `${meta.models.painter}`;
    $("engine").title = meta.embedded_note || t("critic {critic}", { critic: meta.models.critic });
    $("back").addEventListener("click", () => this.close());
    $("map").addEventListener("click", () => showMap(this.thread).catch((error) => say(error.message)));
    $("manage").addEventListener("click", () => this.manage(this.thread).catch((error) => say(error.message)));
    $("find").addEventListener("click", () => openPalette(this.desk));
    listenForPalette(this.desk);
    window.addEventListener("hashchange", () => this.follow());
  }

  /** What can be found with Ctrl-K. */
  get desk() {
    return {
      sessions: () => [...this.channel.sessions.values()].reverse(), commands: this.meta.commands.filter((each) => each.begins && !each.missing),
      styles: this.meta.styles, thumbs: this.meta.style_thumbs, open: (session) => this.open(session), form: (name) => this.composer.form(name),
      style: (style) => { $("line").value = `/evolve styles:${style} `; $("line").focus(); },
    };
  }

  async manage(thread) {
    const { session } = thread;
    const tree = await thread.tree();
    const done = await manageSession(tree);
    if (done.name !== undefined) {
      this.channel.put(session, { name: done.name });
      if (this.thread === thread) this.titled({ ...tree, name: done.name });
    }
    if (done.deleted) {
      this.channel.drop(session);
      this.close();
    }
  }

  begin() {
    this.welcome();
    this.follow();
    if (!this.thread) this.stream.open("");
  }

  // the address names the open session: back, forward and reload work

  follow() {
    const session = decodeURIComponent(location.hash.slice(1));
    if (session.includes(BETWEEN)) {
      this.besides(t("Batch"));
      return this.batches.show(session.split(BETWEEN));
    }
    if (session && session !== this.thread?.session) this.show(session);
    if (!session && $("panes").dataset.view) this.hide();
    return undefined;
  }

  open(session) {
    if (location.hash.slice(1) === encodeURIComponent(session)) this.show(session);
    else location.hash = encodeURIComponent(session);
  }

  close() { location.hash = ""; }

  show(session) {
    this.thread = new Thread(session, this.meta, (update, live) => this.heard(update, live));
    this.batches.hide();
    this.title.clear();
    $("panes").dataset.view = "thread";
    $("thread-head").hidden = false;
    $("thread-title").textContent = t("Thread");
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
      this.titled(tree);
      $("thread-page").href = at(tree.page);
      $("thread-page").hidden = false;
      $("manage").hidden = tree.owner !== myId();
    } catch (error) {
      if (this.thread === thread && error.status === 404) {
        this.close();
        say(error.message);
      }
    }
  }

  titled(tree) {
    $("thread-title").textContent = short(tree.name || tree.goal, 60) || t("{job} of {name}", { job: this.thread.title(tree.mode), name: tree.owner_name });
  }

  hide() {
    this.thread = null;
    this.batches.hide();
    this.title.clear();
    delete $("panes").dataset.view;
    $("thread-head").hidden = true;
    this.channel.mark("");
    this.composer.hint();
    this.welcome();
    this.stream.open("");
  }

  welcome() {
    welcome({ meta: this.meta, form: (name) => this.composer.form(name), send: (fields) => this.send(fields), trySample: (src, name) => this.trySample(src, name) });
  }

  async trySample(src, name) {
    try {
      const blob = await (await fetch(src)).blob();
      await this.send({ kind: "refine", image: await upload(new File([blob], name, { type: blob.type })) });
    } catch (error) {
      say(error.message);
    }
  }

  // several runs at once

  batched(jobs) {
    this.besides(t("Batch"));
    this.batches.begin(jobs, this.meta.caps.open_runs_limit);
  }

  /** The pane without a thread in it. */
  besides(title) {
    if (this.thread) this.stream.open("");
    this.thread = null;
    $("panes").dataset.view = "thread";
    $("thread-head").hidden = false;
    $("thread-title").textContent = title;
    $("thread-page").hidden = true;
    this.channel.mark("");
    this.composer.hint();
  }

  // the live connection

  async ready() {
    this.state("");
    try {
      const list = await get("/api/sessions");
      this.channel.load(list.sessions);
      this.channel.mark(this.thread?.session ?? "");
      this.batches.draw();
      mend();
    } catch (error) {
      this.state(error.message);
    }
  }

  digest(data) {
    this.channel.take(data);
    this.batches.take(data);
  }

  /** What happens in the open thread; `live`: while it is open. */
  heard(update, live) {
    this.title.take(update);
    if (!live) return;
    if (update.kind === "iteration_finished" && update.round < update.rounds) offerNotice();
    notify(update);
  }

  update(event) {
    if (event.update.session && event.update.session !== this.thread?.session) return;
    this.thread?.apply(event);
    if (event.update.kind === "accepted" && $("thread-page").hidden) this.details(this.thread);
  }

  state(text) { $("link-state").textContent = text; }

  // what this person does

  /** {ok, sentence}, once it is known. A refusal goes to `trouble`, where a form is open, else over the line. */
  async send(fields, trouble = null) {
    const session = this.thread?.session ?? "";
    const grows = this.meta.commands.find((each) => each.name === fields.kind)?.grows;
    const data = ["continue", "say"].includes(fields.kind) || (grows && session) ? { ...fields, session } : fields;
    try {
      const first = await command(data);
      const answer = first.state === "waiting" ? await settled(first, data.session ?? "") : first;
      return this.tell(answer, trouble);
    } catch (error) {
      (trouble ?? say)(error.message);
      return { ok: false, sentence: error.message };
    }
  }

  tell(answer, trouble) {
    if (!answer) say(t("No answer came yet. The command is written down and is taken up as soon as it can be."), t("Waiting"));
    if (answer?.state === "refused") {
      if (trouble) trouble(answer.sentence);
      else sayRefused(answer);
      return { ok: false, sentence: answer.sentence };
    }
    if (answer?.state === "begun" && answer.session !== this.thread?.session) this.open(answer.session);
    return { ok: true };
  }

  async local(name) {
    try {
      if (name === "help") showHelp(this.meta);
      if (name === "quota") showQuota(await get("/api/quota"));
      if (name === "preferences") await showPreferences();
      if (name === "cancel") aside(t("Cancelled"), {}, h("p", {}, (await cancelAll()).sentence));
      if (name === "sessions") showSessions((await get("/api/sessions")).sessions, (session) => this.open(session));
    } catch (error) {
      say(error.message);
    }
  }
}

/** Pictures that did not come while the server was away are asked for again. */
function mend() {
  for (const image of document.images) if (image.src && image.complete && !image.naturalWidth) image.src = image.src;
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
  await spoken(meta.language);
  return meta;
}

async function start() {
  const meta = await introduced();
  const playground = new Playground(meta);
  $("person").addEventListener("click", async () => {
    await introduced(true);
    $("person").focus();
    playground.stream.connect();
    if (playground.thread) playground.details(playground.thread);
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is the session's
    $("line").focus();
  });
  addEventListener("online", mend);
  playground.begin();
  $("line").focus();
}

start().catch((error) => { $("link-state").textContent = error.message; });
