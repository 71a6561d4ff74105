// What is typed → a command's fields: "/refine a red fox iterations:6 quality:high review".
import { t } from "./texts.js";

/** {kind, …fields} or {error}. `commands` as the server lists them. */
export function parse(text, commands) {
  const typed = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trim());
  if (!typed) return { error: t("A command begins with a slash.") };
  const command = commands.find((each) => each.name === typed[1].toLowerCase());
  if (!command) return { error: t("There is no command “/{name}”. Try /help.", { name: typed[1] }) };
  const found = split(typed[2], command.options);
  const fields = { kind: command.name };
  if (found.rest) loose(found.rest, command, fields);
  for (const [option, raw] of found.values) {
    const value = read(option, raw);
    if (value instanceof Error) return { error: value.message };
    if (value !== undefined) fields[option.name] = value;
  }
  return fields;
}

function split(text, options) {
  const flags = options.filter((option) => option.type === "flag").map((option) => option.name);
  const names = options.map((option) => option.name).join("|");
  if (!names) return { rest: "", values: [] };
  const marks = [...text.matchAll(new RegExp(`(?:^|\\s)(?:(${names}):|(${flags.join("|") || "(?!)"})(?=\\s|$))`, "gi"))];
  const values = marks.map((mark, index) => {
    const from = mark.index + mark[0].length;
    const until = marks[index + 1]?.index ?? text.length;
    const option = options.find((each) => each.name === (mark[1] ?? mark[2]).toLowerCase());
    return [option, text.slice(from, until).trim(), Boolean(mark[2])];
  });
  // A bare flag takes no value: what follows it belongs to the sentence.
  const tail = values.filter(([, , bare]) => bare).map(([, raw]) => raw).join(" ");
  const rest = `${marks.length ? text.slice(0, marks[0].index) : text} ${tail}`.trim();
  return { rest, values: values.map(([option, raw, bare]) => [option, bare ? "on" : raw]) };
}

function loose(rest, command, fields) {
  const number = /^(\d{1,2})(?:\s+|$)([\s\S]*)$/.exec(rest);
  if (number && command.options.some((option) => option.name === "iterations")) {
    fields.iterations = Number(number[1]);
    rest = number[2].trim();
  }
  if (rest) fields[command.options.find((option) => option.long)?.name ?? "goal"] = rest;
}

function read(option, raw) {
  const value = raw.replace(/^"([\s\S]*)"$/, "$1").trim();
  if (!value || option.type === "image") return undefined;
  if (option.type === "number") {
    const ok = /^\d+$/.test(value) && Number(value) >= option.least && Number(value) <= option.most;
    return ok ? Number(value) : new Error(t("{name} is a number from {least} to {most}.", option));
  }
  if (option.type === "flag") return /^(on|yes|true|1)$/i.test(value);
  if (option.type === "list") return value.split(",").map((item) => item.trim()).filter(Boolean);
  if (option.type !== "choice") return value;
  const known = option.choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
  if (!known && !option.free) return new Error(t("{name} is one of {listed}.", { name: option.name, listed: option.choices.join(", ") }));
  return known ?? value.toLowerCase();
}

/** What could come next at the end of `text`: [{insert, label, hint}], `insert` replacing `text`. */
export function completions(text, commands) {
  const start = /^\/(\S*)$/.exec(text);
  if (start) {
    return commands.filter((command) => command.name.startsWith(start[1].toLowerCase()))
      .map((command) => ({ insert: `/${command.name} `, label: `/${command.name}`, hint: command.summary }));
  }
  const command = commands.find((each) => text.toLowerCase().startsWith(`/${each.name} `));
  if (!command) return [];
  const value = /(?:^|\s)([a-z]+):(\S*)$/i.exec(text);
  const option = value && command.options.find((each) => each.name === value[1].toLowerCase());
  return option ? values(text, option, value[2]) : names(text, command);
}

function values(text, option, typed) {
  const head = typed.includes(",") ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
  const last = typed.slice(head.length).toLowerCase();
  const base = text.slice(0, text.length - last.length);
  const choices = option.choices ?? (option.type === "flag" ? ["on", "off"] : []);
  return choices.filter((choice) => choice.toLowerCase().startsWith(last) && choice.toLowerCase() !== last)
    .map((choice) => ({ insert: `${base}${choice}${option.type === "list" ? "" : " "}`, label: choice, hint: option.name }));
}

function names(text, command) {
  const word = /(\S*)$/.exec(text)[1].toLowerCase();
  const base = text.slice(0, text.length - word.length);
  return command.options.filter((option) => option.name.startsWith(word) && !new RegExp(`\\s${option.name}:`, "i").test(text))
    .map((option) => ({ insert: `${base}${option.name}:`, label: `${option.name}:`, hint: about(option), image: option.type === "image", base }));
}

function about(option) {
  const most = option.most ? `, ${t("{least} to {most}", option)}` : "";
  const usual = option.default !== undefined ? ` (${option.default})` : "";
  return `${option.summary}${most}${usual}`;
}
