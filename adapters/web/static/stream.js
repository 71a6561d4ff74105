// The live connection: one EventSource a window. The browser reconnects by itself and sends the
// last id; where it gives up (the server answered with an error), this opens it again.
import { at } from "./address.js";
import { header } from "./person.js";

export class Stream {
  constructor(on) {
    this.on = on;
    this.session = "";
    this.last = 0;
    this.source = null;
    this.timer = 0;
  }

  /** Follows a session from its beginning ("" = the channel alone). */
  open(session) {
    this.session = session;
    this.last = 0;
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.source?.close();
    const query = new URLSearchParams({ session: this.session, after: String(this.last) });
    const source = new EventSource(at(`/api/events?${query}&name=${header()}`));
    this.source = source;
    const live = (handler) => (event) => { if (this.source === source) handler(JSON.parse(event.data), event); };
    source.addEventListener("ready", live(() => this.on.ready()));
    source.addEventListener("live", live(() => this.on.live()));
    source.addEventListener("behind", live(() => this.on.ready()));
    source.addEventListener("channel", live((data) => this.on.channel(data)));
    source.addEventListener("update", live((data) => this.take(data)));
    source.addEventListener("error", () => { if (this.source === source) this.lost(source); });
  }

  take(data) {
    if (data.seq <= this.last) return;
    this.last = data.seq;
    this.on.update(data);
  }

  lost(source) {
    this.on.lost();
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), 2000);
  }
}
