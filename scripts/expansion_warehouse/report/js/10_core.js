"use strict";
/* One global. Data sets and words arrive as scripts that call report.data and report.words. */
const report = { sets: {}, text: {}, facts: {}, pages: {}, accounts: {} };

report.data = (name, facts, rows) => {
  const { columns } = facts;
  report.sets[name] = {
    ...facts,
    rows: rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]]))),
  };
};
report.words = (text) => {
  report.text = text;
};
report.run = (facts) => {
  report.facts = facts;
};

/* The rows of a data set; a run that is older than its mart has none. */
report.rows = (name) => (report.sets[name] ? report.sets[name].rows : []);
report.isAbsent = (name) => !report.sets[name] || report.sets[name].absent;

/* A text by its path, with {names} filled in; the path itself where there is none. */
report.t = (path, values = {}) => {
  const found = path.split(".").reduce((at, part) => (at == null ? at : at[part]), report.text);
  if (typeof found !== "string") return report.spoken(path.slice(path.lastIndexOf(".") + 1));
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
};
/* A name of a column as a person would say it: `opening_mrr` is "Opening MRR". */
report.spoken = (name) => {
  const said = name.replaceAll("_", " ").replace(/\b(mrr|arr|nrr|grr|nps|auc|csm|id)\b/g, (word) => word.toUpperCase());
  return said.charAt(0).toUpperCase() + said.slice(1);
};
report.hasText = (path) =>
  typeof path.split(".").reduce((at, part) => (at == null ? at : at[part]), report.text) === "string";

/* Lists of names that the data brings. */
report.named = { segment: true, product: true };

/* What a value of a list is called; a name of the data stays as it is. */
report.value = (list, value) => {
  if (value == null) return report.t("formats.missing");
  const path = `values.${list}.${value}`;
  if (report.hasText(path)) return report.t(path);
  if (list in report.named) return String(value);
  if (String(value).includes("|"))
    return String(value)
      .split("|")
      .map((one) => report.value(list, one))
      .join(report.t("formats.and"));
  return report.spoken(String(value));
};
report.label = (column) => report.t(`columns.${column}`);

/* Columns whose texts are sentences of the marts, in English. A language may have patterns for them. */
report.sentences = new Set(["sentence", "explanation", "remedy", "what_to_do"]);
/* A sentence in the language of the page: by the patterns of the language, whose groups are said likewise ($1) or
   written as numbers ($#1); else by a list and its key; else as it is but for its days. */
report.said = (sentence, list, key) => {
  const text = String(sentence ?? "");
  for (const [pattern, template] of report.text.patterns ?? []) {
    const found = text.match(new RegExp(pattern));
    if (found)
      return template.replace(/\$(#?)(\d)/g, (whole, number, i) =>
        number ? report.formats().decimal(Number(found[i])) : report.said(found[i]),
      );
  }
  if (list && report.hasText(`values.${list}.${key}`)) return report.t(`values.${list}.${key}`);
  return text.replace(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, (day) => report.formats().day(day));
};

/* An element with attributes and children; texts are text nodes, never HTML. */
report.el = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null));
  return element;
};

report.last = (rows, column = "month") =>
  rows.reduce((last, row) => (last == null || row[column] > last ? row[column] : last), null);
report.sum = (rows, column) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
report.monthBefore = (month, back = 1) => {
  const [year, number] = month.split("-").map(Number);
  const at = year * 12 + number - 1 - back;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}-01`;
};
