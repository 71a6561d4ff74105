// Requests to the server. Every error is an Error whose message is a sentence.
import { at } from "./address.js";
import { header } from "./person.js";
import { t } from "./texts.js";

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(at(path), {
      ...options,
      headers: { "X-Darkroom-Name": header(), ...options.headers },
      signal: AbortSignal.timeout(options.timeout ?? 30_000),
    });
  } catch (error) {
    throw new Error(t("The server does not answer. Is it still running?"), { cause: error });
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(data.error ?? t("The server said {status}.", { status: response.status })), { status: response.status });
  return data;
}

export const get = (path) => ask(path);

export const del = (path) => ask(path, { method: "DELETE" });

/** Gives a session a name; resolves to it as it is kept. */
export const rename = (session, name) => ask(`/api/sessions/${encodeURIComponent(session)}`, { method: "PATCH", body: JSON.stringify({ name }), headers: { "Content-Type": "application/json" } });

/** Sends a file; `progress` is told the percent that is over the wire. (fetch can't tell.) */
export function upload(file, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", at("/api/uploads"));
    request.timeout = 120_000;
    request.responseType = "json";
    const headers = { "X-Darkroom-Name": header(), "Content-Type": file.type || "application/octet-stream",
      "X-Darkroom-Filename": encodeURIComponent(file.name ?? "pasted") };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(Math.round((100 * event.loaded) / event.total)); };
    const silent = () => reject(new Error(t("The server does not answer. Is it still running?")));
    Object.assign(request, { onerror: silent, ontimeout: silent, onabort: silent });
    request.onload = () => (request.status < 300 ? resolve(request.response)
      : reject(Object.assign(new Error(request.response?.error ?? t("The server said {status}.", { status: request.status })), { status: request.status })));
    request.send(file);
  });
}

/** What a command would cost, by the server's own sums; nothing begins. */
export const quoted = (data) => ask("/api/quotes", { method: "POST", body: JSON.stringify({ ...data, key: uuid() }), headers: { "Content-Type": "application/json" } });

/**
 * Sends a command once, whatever the connection does: the key is made here, so a repeat is the
 * same act. Resolves to {state: "begun" | "refused" | "waiting", …}.
 */
export async function command(data) {
  const body = JSON.stringify({ ...data, key: uuid() });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask("/api/commands", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    } catch (error) {
      if ((error.status && error.status !== 503) || attempt === 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
    }
  }
}

/** Asks on until a command is begun or refused, or nothing came for a minute (null). */
export async function settled(answer, session = "", times = 6) {
  for (let asked = 0; answer.state === "waiting" && asked < times; asked += 1) {
    const query = session ? `?session=${encodeURIComponent(session)}` : "";
    answer = await ask(`/api/commands/${encodeURIComponent(answer.key)}${query}`);
  }
  return answer.state === "waiting" ? null : answer;
}

/** Keeps what this person prefers; of what was `seen` only what differs. */
export async function prefer(wanted, seen) {
  return ask("/api/preferences", { method: "POST", body: JSON.stringify({ wanted, seen }), headers: { "Content-Type": "application/json" } });
}

/** What people ask for themselves: {act: "link", code}, {act: "unlink"}. */
export const account = (data) => ask("/api/account", { method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json" } });

/** Marks images, or takes the marks back; nothing is painted. */
export const star = (iterations, on) => ask("/api/stars", { method: "POST", body: JSON.stringify({ iterations, on }), headers: { "Content-Type": "application/json" } });

/** Images of one's own sessions by the words of their prompts. */
export const find = (words) => ask(`/api/find?q=${encodeURIComponent(words)}`);

/** Stops every run of this person's. */
export const cancelAll = () => ask("/api/cancel", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });

/** The mask painter's address for an image. */
export async function maskLink(data) {
  const answer = await ask("/api/mask-links", { method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json" } });
  return at(answer.link);
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Outside https and localhost there is no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
