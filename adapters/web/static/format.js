// How numbers read. Dollars arrive as strings and stay strings until they are shown: in whole cents.

export function money(text) {
  if (text === null || text === undefined) return "price unknown";
  const value = Number(text);
  if (value === 0) return "free";
  if (value < 0.005) return "less than $0.01";
  return `$${value.toFixed(2)}`;
}

/** What is promised is never less than what it may be: rounded up. */
const ceiling = (text) => `$${(Math.ceil(Number((Number(text) * 100).toFixed(4))) / 100).toFixed(2)}`;

export function score(value) {
  return value === null || value === undefined ? "" : Number(value).toFixed(1);
}

export function change(value) {
  if (value === null || value === undefined) return null;
  const amount = Math.abs(value).toFixed(1);
  if (Number(amount) === 0) return { mark: "±", text: "0.0", way: "same", spoken: "no change" };
  return value > 0
    ? { mark: "▲", text: amount, way: "up", spoken: `${amount} better` }
    : { mark: "▼", text: amount, way: "down", spoken: `${amount} worse` };
}

export function seconds(value) {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 90) return `${Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function minutes(value) {
  if (value === null || value === undefined) return "time unknown";
  if (value < 1) return "under a minute";
  return `about ${Math.round(value)} min`;
}

/** The page speaks English: whoever's browser speaks another language reads an English date too. */
const LOCALE = navigator.language.startsWith("en") ? [] : "en-GB";

export function clock(iso) {
  if (!iso) return "";
  const then = new Date(iso);
  const time = then.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date().toDateString()) return time;
  return `${then.toLocaleDateString(LOCALE, { day: "numeric", month: "short" })}, ${time}`;
}

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

export function short(text, length = 140) {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1).trimEnd()}…`;
}

export function quote(data) {
  const images = `Up to ${plural(data.images, "image")} in ${plural(data.rounds, "round")}`;
  const time = data.minutes === null ? "" : `, ${minutes(data.minutes)}`;
  if (data.at_most === null) return `${images}, price unknown${time}`;
  if (Number(data.at_most) === 0) return `${images}, free${time}`;
  const likely = data.likely === null ? "" : `, likely ${money(data.likely)}`;
  return `${images}: at most ${ceiling(data.at_most)}${likely}${time}`;
}
