/* A table that sorts by its heads and, where it is long, is searched. */
report.table = ({
  rows,
  columns,
  caption,
  lists = {},
  instead = {},
  search = rows.length > 12,
  first = 50,
  kinds = {},
  texts = {},
  beside = {},
  english = [],
  isWhole = false,
  figure = null,
}) => {
  const { el, t } = report;
  const format = report.formats();
  const kindOf = Object.fromEntries(columns.map((column) => [column, kinds[column] ?? report.kindOf(column, rows)]));
  const isNumber = (column) => !["text", "yes", "month", "day"].includes(kindOf[column]);
  let order = { column: null, down: false };
  let wanted = "";
  let most = first;

  const said = new Map();
  const sentence = (row, column) => {
    const [list, by] = instead[column] ?? [];
    const known = `${row[by]} ${row[column]}`;
    // A remedy says what to write, and days are written as 2026-03-31.
    const isKept = column === "remedy" && !report.hasText(`values.${list}.${row[by]}`);
    if (!said.has(known)) said.set(known, isKept ? row[column] : report.said(row[column], list, row[by]));
    return said.get(known);
  };
  const shown = (row, column) => {
    if (report.sentences.has(column) && row[column]) return sentence(row, column);
    if (texts[column]) return texts[column](row);
    if (lists[column]) return report.value(lists[column], row[column] === "" ? null : row[column]);
    return format[kindOf[column]](row[column], row.currency);
  };
  const cell = (row, column) => {
    const text = shown(row, column);
    const isAccount = column === "account_id" && row.account_id;
    const kind = isNumber(column)
      ? "number"
      : ["day", "month"].includes(kindOf[column])
        ? "day"
        : text.length > 40
          ? "words"
          : /^[\w.-]{1,10}$/.test(text)
            ? "day"
            : text.length <= 18
              ? "short"
              : "phrase";
    const asks = figure && isNumber(column);
    const full = (value) =>
      kindOf[column] === "amount"
        ? format.money(value)
        : kindOf[column] === "native"
          ? format.nativeMoney(value, row.currency)
          : text;
    const content = isAccount
      ? report.accountLink(row.account_id)
      : asks
        ? report.number(figure, row, column, text, full)
        : text;
    const isEnglish = english.includes(column) || (report.sentences.has(column) && text === row[column]);
    const lang = isEnglish && report.text.locale !== "en-US" ? "en" : null;
    return el("td", { class: kind, lang, "data-column": column }, beside[column]?.(row, content, text) ?? content);
  };
  const body = el("tbody");
  const reachable = report.arrows(body);
  const count = el("p", { class: "count", role: "status", hidden: !search && rows.length <= first });
  const more = el("button", {
    type: "button",
    class: "more",
    onclick: () => {
      most = Infinity;
      fill();
    },
  });
  const fill = () => {
    const found = rows.filter(
      (row) =>
        !wanted ||
        columns.some((column) => `${shown(row, column)} ${row[column] ?? ""}`.toLowerCase().includes(wanted)),
    );
    if (order.column) {
      const { column, down } = order;
      const key = report.sortKey(column, rows, lists[column], (row) => shown(row, column));
      found.sort((a, b) => report.compare(key(a), key(b), down));
    }
    body.replaceChildren(
      ...found.slice(0, most).map((row) =>
        el(
          "tr",
          {},
          columns.map((column) => cell(row, column)),
        ),
      ),
    );
    reachable();
    count.textContent = t("table.count", {
      shown: format.count(Math.min(found.length, most)),
      found: format.count(found.length),
    });
    more.hidden = found.length <= most;
    more.textContent = t("table.more", { found: format.count(found.length) });
  };
  const heads = columns.map((column) => {
    const button = el(
      "button",
      {
        type: "button",
        onclick: () => {
          order = { column, down: order.column === column ? !order.down : isNumber(column) };
          heads.forEach((head) => head.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
          fill();
        },
      },
      report.label(column),
    );
    const head = el("th", { scope: "col", class: isNumber(column) ? "number" : null }, button);
    return head;
  });
  const box = el("input", {
    type: "search",
    placeholder: t("table.search"),
    "aria-label": `${t("table.search")}: ${caption}`,
    oninput: (event) => {
      wanted = event.target.value.trim().toLowerCase();
      most = first;
      fill();
    },
  });
  fill();
  return el(
    "div",
    { class: "table" },
    search ? box : null,
    el(
      "div",
      { class: isWhole ? "scroll whole" : "scroll", tabindex: "0", role: "region", "aria-label": caption },
      el(
        "table",
        { class: columns.length > 8 ? "dense" : null },
        el("caption", {}, caption),
        el("thead", {}, el("tr", {}, heads)),
        body,
      ),
    ),
    count,
    more,
  );
};

/* Lists that have an order; the others sort by what their values are called. */
report.orders = {
  severity: () => ["high", "medium", "low"],
  health_band: () => [...report.bands, "not_there", "all"],
  nrr_band: () => ["below", "good", "excellent"],
  usage_trend: () => ["up", "flat", "down", "unknown"],
  customer_tier: () => ["best", "potential", "other", "dormant"],
  // As the query has them: by the step in price.
  price_gap_band: (rows) => [...new Set(rows.map((row) => row.price_gap_band))],
};
/* By what a column is sorted: a period by its time, a list by its order. */
report.sortKey = (column, rows, list, called) => {
  if (column === "period_label") return (row) => row.period ?? row.month;
  if (!list) return (row) => row[column];
  const order = report.orders[list]?.(rows);
  const place = (value) => (order.includes(value) ? order.indexOf(value) : null);
  return (row) => (row[column] == null ? null : order ? place(row[column]) : called(row));
};

/* Missing values come last, whichever way a table is sorted. */
report.compare = (a, b, down) => {
  if (a == null || b == null) return (a == null) - (b == null);
  const order =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), report.text.locale, { numeric: true });
  return down ? -order : order;
};
report.accountLink = (id, name = id) =>
  report.el("a", { href: report.href("account", { account: id }) }, name);
