// What this page says. Its English sentences are the keys of a table in the language that <html> carries
// (adapters/texts/page); every module that says something waits here until the table is there.
import { at } from "./address.js";

const { lang, dataset } = document.documentElement;
export const language = lang || "en";
const table = dataset.texts ? await loaded() : {};

/** A sentence in the page's language, its {blanks} filled in: t("{n} of {m}", { n: 1, m: 2 }). */
export const t = (sentence, values = {}) => filled(table[sentence] ?? sentence, values);

/** Of a count, which is {n} in both: tn(3, "{n} image", "{n} images"). */
export function tn(n, one, many, values = {}) {
  const [first, others] = table[one] ?? [one, many];
  return filled(n === 1 ? first : others, { n, ...values });
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
}

/** English where it does not come: better than no page. */
async function loaded() {
  try {
    const response = await fetch(at(`/texts/${lang}.json?v=${dataset.texts}`), { signal: AbortSignal.timeout(10_000) });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

const LOADED = "darkroom-language";

/** Loads the page again where this person prefers another language; once, for where no cookie is kept it would stay as it is. */
export async function spoken(wanted) {
  const before = sessionStorage.getItem(LOADED);
  sessionStorage.setItem(LOADED, wanted === language ? "" : wanted);
  if (wanted !== language && before !== wanted) await new Promise(() => location.reload());
}
