/* From a number to its reason: what it is, what was divided, whose it is, and the command that tells more. */
report.reasons = (divisions, explained) => Object.assign(report, { divisions, explained });

/* Scripts of data that only some readers need; each is loaded once. */
report.loaded = new Set();
report.load = (name) => {
  report.loading ??= {};
  report.loading[name] ??= new Promise((resolve) => {
    if (report.sets[name]) resolve();
    else
      document.head.append(
        report.el("script", { src: `${report.place.data}${name}.js`, onload: resolve, onerror: resolve }),
      );
  }).then(() => report.loaded.add(name));
  return report.loading[name];
};

/* A number that can be asked; it leads to the row of its mart and is no stop of the tabulator by itself. */
report.number = (figure, row, column, text, format = () => text) =>
  report.el(
    "button",
    {
      type: "button",
      class: "why",
      tabindex: "-1",
      "aria-haspopup": "dialog",
      onclick: () => report.why(figure, row, column, format(row[column])),
    },
    text,
  );

/* Arrows go from number to number of a table, of which the tabulator stops at one. */
report.arrows = (body) => {
  const first = () => body.querySelector("button.why")?.setAttribute("tabindex", "0");
  const step = (from, by, sideways) => {
    const cell = from.closest("td");
    if (sideways) {
      const inRow = [...cell.parentElement.querySelectorAll("button.why")];
      return inRow[inRow.indexOf(from) + by];
    }
    const row = by > 0 ? cell.parentElement.nextElementSibling : cell.parentElement.previousElementSibling;
    return row?.children[cell.cellIndex]?.querySelector("button.why");
  };
  const steps = { ArrowRight: [1, true], ArrowLeft: [-1, true], ArrowDown: [1, false], ArrowUp: [-1, false] };
  body.addEventListener("keydown", (event) => {
    const from = event.target.closest("button.why");
    const to = from && event.key in steps ? step(from, ...steps[event.key]) : null;
    if (!to) return;
    event.preventDefault();
    from.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  });
  return first;
};

report.why = async (figure, row, asked, text) => {
  const behind = figure.behind?.(row);
  await Promise.all(["mart_columns", "why", ...(behind ? [behind.name] : [])].map(report.load));
  const { el, t } = report;
  const column = figure.asks?.(row, asked) ?? asked;
  const mart = report.martOf(figure, column);
  const close = () => dialog.close();
  const dialog = el(
    "dialog",
    { class: "reason", "aria-labelledby": "reason-title", onclose: () => dialog.remove() },
    el("button", { type: "button", class: "close", onclick: close }, t("why.close")),
    el("h2", { id: "reason-title" }, figure.called?.(row) ?? report.label(column)),
    el("p", { class: "value" }, text),
    report.whose(figure, row, column),
    mart ? report.divided(mart, row, column) : null,
    figure.adds ? report.addedUp(row, figure.adds) : null,
    behind && !report.isAbsent(behind.name) ? report.behindList(behind) : null,
    el("p", {}, figure.about ?? t(`figures.${figure.id}.about`)),
    mart
      ? el("p", { lang: "en" }, el("code", {}, `${mart}.${column}`), " ", report.describedAs(mart, column) ?? "")
      : el("p", {}, t("why.counted"), " ", (figure.marts ?? []).join(", ")),
    report.onward(figure, row, mart, column),
    mart || figure.shows ? report.asked(mart ?? figure.shows, row, column) : null,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
};

const columnOf = (mart, column) =>
  report.rows("mart_columns").find((one) => one.mart === mart && one.column_name === column);
report.describedAs = (mart, column) => columnOf(mart, column)?.description;
/* The mart of a figure that has the column; none where the page counts or adds up. */
report.martOf = (figure, column) => (figure.marts ?? []).find((mart) => columnOf(mart, column));

/* What tells a row from the others: every name, day and choice that it holds. */
report.whose = (figure, row) => {
  const { el } = report;
  const format = report.formats();
  const keys = ["month", "period_label", "retention_window", "segment_type", "segment", "basis"];
  const columns = [...new Set([...keys, ...(figure.columns ?? [])])].filter((column) => {
    const kind = report.kindOf(column, [row]);
    const isSaid = (column === "month" && row.period_label) || (column === "segment" && row.segment_type === "all");
    return !isSaid && row[column] != null && ["text", "month", "day"].includes(kind) && !report.sentences.has(column);
  });
  const lists = { basis: "basis", segment_type: "segment_type", retention_window: "window", ...figure.lists };
  const said = (column) =>
    lists[column] ? report.value(lists[column], row[column]) : format[report.kindOf(column, [row])](row[column]);
  return report.factList(columns.slice(0, 8).map((column) => [report.label(column), said(column)]));
};

/* The columns of a row that add up to a number which no mart holds. */
report.addedUp = (row, columns) => {
  const { el } = report;
  const line = (name, label, value) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, label),
      el("td", { class: "number", "data-part": name }, report.formats().money(value)),
    );
  const parts = columns.filter((name) => row[name]);
  const total = columns.reduce((sum, name) => sum + (row[name] ?? 0), 0);
  return el(
    "table",
    { class: "division" },
    el(
      "tbody",
      {},
      parts.map((name) => line(name, report.label(name), row[name])),
    ),
    el("tbody", {}, line("sum", report.t("why.sum"), total)),
  );
};

/* What stands over the line and what under it, each added up where it is of several columns. */
report.divided = (mart, row, column) => {
  const [over, under] = report.divisions[mart]?.[column] ?? [];
  if (!over) return null;
  const { el, t } = report;
  const format = report.formats();
  const parts = (names) =>
    names.map((name) => {
      const part = name.replace(/^-/, "");
      const value = row[part];
      return { part, value: value != null && part !== name ? -value : value, kind: report.kindOf(part, [row]) };
    });
  const line = ({ part, value, kind }, label = report.label(part)) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, label),
      el("td", { class: "number", "data-part": part }, format[kind === "amount" ? "money" : kind](value)),
    );
  const group = (title, names) => {
    const found = parts(names);
    const total = { part: "sum", value: report.sum(found, "value"), kind: found[0].kind };
    return el(
      "tbody",
      {},
      el("tr", {}, el("th", { colspan: "2", scope: "rowgroup", class: "group" }, title)),
      found.map((part) => line(part)),
      found.length > 1 ? line(total, t("why.sum")) : null,
    );
  };
  return el("table", { class: "division" }, group(t("why.over"), over), group(t("why.under"), under));
};

/* Where it leads: the account, the accounts that moved in its month, the definition. */
report.onward = (figure, row, mart, column) => {
  const { el, t } = report;
  const moved = row.account_id == null ? report.movesOf(row, column) : null;
  return el(
    "ul",
    {},
    row.account_id
      ? el(
          "li",
          {},
          report.accountLink(row.account_id, t("why.account", { account: row.account_name ?? row.account_id })),
        )
      : null,
    moved
      ? el(
          "li",
          {},
          el(
            "a",
            { href: report.href("revenue", moved), onclick: (event) => report.leave(event, moved) },
            t("why.accounts", { month: row.period_label ?? report.formats().month(moved.month) }),
          ),
        )
      : null,
    (figure.leads ?? []).map(([href, text]) => el("li", {}, el("a", { href }, text))),
    mart ? el("li", {}, t("figure.from"), " ", report.definitionLink(mart)) : null,
    (figure.rules ?? []).map((rule) => el("li", {}, t("figure.rules"), " ", el("code", {}, report.ruleLink(rule)))),
  );
};
/* What to choose for the accounts that moved in the period of a row; nothing of a period without a bridge. */
report.movesOf = (row, column) => {
  const month = row.period ?? row.month;
  const known = row.period_type ? report.rows("bridge_periods") : report.rows("bridge");
  if (!known.some((one) => (one.period ?? one.month) === month)) return null;
  return {
    ...{ period: row.period_type ?? "month", month, movement: report.movements.includes(column) ? column : "all" },
    ...(row.segment_type ? { segment_type: row.segment_type, segment: row.segment } : {}),
  };
};
/* On the page of revenue the accounts of a month are a choice, not another page. */
report.leave = (event, moved) => {
  event.target.closest("dialog").close();
  if (report.place.page !== "revenue") return;
  event.preventDefault();
  report.openMoves(moved);
};

/* The command that explains the cell, or else shows its rows; none where a name cannot be typed. */
report.asked = (mart, row, column) => {
  const { el, t } = report;
  const claim = report.explained[mart];
  const isExplained =
    claim?.cells.includes(claim.by_row ? row[claim.by_row] : column) && claim.key.every((name) => row[name] != null);
  const isKey = /_id$|^(month|period|period_type|retention_window|segment_type|segment|basis|horizon_days)$/;
  const isOther =
    /^(raw_table|cohort_month|months_since|variant|metric|reason|guard_reason|alert_kind|outcome|bucket|health_band)$/;
  const names = isExplained ? claim.key : Object.keys(row).filter((name) => isKey.test(name) || isOther.test(name));
  const parts = names.filter((name) => row[name] != null && columnOf(mart, name));
  const said = (name) => (/(^|_)(month|period)$/.test(name) ? row[name].slice(0, 7) : row[name]);
  const typed = parts.map((name) => `${name}=${said(name)}`);
  if (typed.some((text) => /\p{C}/u.test(text))) return null;
  const quoted = typed.map((text) => (/^[\w.:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`));
  const words = isExplained
    ? ["warehouse explain", `${mart}.${column}`, ...quoted.map((text) => `--at ${text}`)]
    : ["warehouse show", mart, ...quoted];
  const command = words.flatMap((word, i) => [i ? " " : "", el("span", {}, word)]);
  return el("p", {}, t(isExplained ? "figure.ask" : "why.show"), " ", el("code", { class: "command" }, command));
};
