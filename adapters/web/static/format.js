// How numbers read. Dollars arrive as strings and stay strings until they are shown: in whole cents.
import { language, t, tn } from "./texts.js";

const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });
const usd = new Intl.NumberFormat(language, { style: "currency", currency: "USD", useGrouping: false });

export const dollars = (text) => usd.format(Number(text));

export function money(text) {
  if (text === null || text === undefined) return t("price unknown");
  const value = Number(text);
  if (value === 0) return t("free");
  if (value < 0.005) return t("less than {cent}", { cent: dollars(0.01) });
  return dollars(value);
}

/** What is promised is never less than what it may be: rounded up. */
const ceiling = (text) => dollars(Math.ceil(Number((Number(text) * 100).toFixed(4))) / 100);

export function score(value) {
  return value === null || value === undefined ? "" : decimal.format(value);
}

export function change(value) {
  if (value === null || value === undefined) return null;
  const amount = decimal.format(Math.abs(value));
  if (amount === decimal.format(0)) return { mark: "±", text: amount, way: "same", spoken: t("no change") };
  return value > 0
    ? { mark: "▲", text: amount, way: "up", spoken: t("{n} better", { n: amount }) }
    : { mark: "▼", text: amount, way: "down", spoken: t("{n} worse", { n: amount }) };
}

export function seconds(value) {
  if (value < 10) return `${decimal.format(value)} s`;
  if (value < 90) return `${Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export function minutes(value) {
  if (value === null || value === undefined) return t("time unknown");
  if (value < 1) return t("under a minute");
  return t("about {n} min", { n: Math.round(value) });
}

/** Whoever's browser speaks another language than the page reads a date in the page's all the same. */
const LOCALE = navigator.language.startsWith(language) ? [] : { en: "en-GB" }[language] ?? language;

export function clock(iso) {
  if (!iso) return "";
  const then = new Date(iso);
  const time = then.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === new Date().toDateString()) return time;
  return `${then.toLocaleDateString(LOCALE, { day: "numeric", month: "short" })}, ${time}`;
}

export const images = (n) => tn(n, "{n} image", "{n} images");
export const pictures = (n) => tn(n, "{n} picture", "{n} pictures");
export const rounds = (n) => tn(n, "{n} round", "{n} rounds");
export const runs = (n) => tn(n, "{n} run", "{n} runs");

export function short(text, length = 140) {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1).trimEnd()}…`;
}

export function quote(data) {
  const most = t("Up to {images} in {rounds}", { images: images(data.images), rounds: rounds(data.rounds) });
  const time = data.minutes === null ? "" : `, ${minutes(data.minutes)}`;
  if (data.at_most === null) return `${most}, ${t("price unknown")}${time}`;
  if (Number(data.at_most) === 0) return `${most}, ${t("free")}${time}`;
  const likely = data.likely === null ? "" : `, ${t("likely {usd}", { usd: money(data.likely) })}`;
  return `${most}: ${t("at most {usd}", { usd: ceiling(data.at_most) })}${likely}${time}`;
}
