/* Numbers and dates as people of the language and the currency write them. */
report.formats = () => {
  const { locale } = report.text;
  const { currency } = report.facts;
  const missing = report.t("formats.missing");
  const number = (options) => new Intl.NumberFormat(locale, options);
  const full = number({ style: "currency", currency, currencyDisplay: report.text.currency_display });
  const plain = number({
    minimumFractionDigits: full.resolvedOptions().minimumFractionDigits,
    maximumFractionDigits: full.resolvedOptions().maximumFractionDigits,
  });
  const compact = number({
    style: "currency",
    currency,
    currencyDisplay: report.text.currency_display,
    notation: "compact",
    maximumSignificantDigits: 3,
    useGrouping: "always",
  });
  const percent = number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const share = number({ style: "percent", maximumFractionDigits: 1 });
  const places = (digits) => number({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [one, two] = [places(1), places(2)];
  const count = number({ maximumFractionDigits: 0 });
  const quantity = number({ maximumFractionDigits: 6 });
  const decimal = number({ maximumFractionDigits: 2 });
  const small = number({ maximumSignificantDigits: 2 });
  const slight = number({ maximumSignificantDigits: 1 });
  const month = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", timeZone: "UTC" });
  const day = new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "short",
    day: "numeric",
    timeZone: "UTC",
  });
  const shown =
    (format) =>
    (value, ...more) =>
      value == null ? missing : format(value, ...more);
  const tidy = (text) => text.replace("-", "−");
  const signed = (format) => (value) => (value > 0 ? "+" : "") + tidy(format(value));
  const time = (text) => new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return {
    money: shown((value) => tidy(full.format(value))),
    amount: shown((value) => tidy(plain.format(value))),
    native: shown((value, of) => tidy(report.ofCurrency(of, true).format(value))),
    nativeMoney: shown((value, of) => tidy(report.ofCurrency(of).format(value))),
    compact: shown((value) => tidy(compact.format(value))),
    signedMoney: shown(signed((value) => full.format(value))),
    signedCompact: shown(signed((value) => compact.format(value))),
    percent: shown((value) => tidy(percent.format(value))),
    signedPercent: shown(signed((value) => percent.format(value))),
    share: shown((value) => tidy(share.format(value))),
    points: shown((value) =>
      report.t("formats.points", {
        value: signed((v) => (v !== 0 && Math.abs(v) < 0.05 ? slight : one).format(v))(value * 100),
      }),
    ),
    count: shown((value) => tidy(count.format(value))),
    quantity: shown((value) => tidy(quantity.format(value))),
    signedCount: shown(signed((value) => count.format(value))),
    decimal: shown((value) => tidy((value !== 0 && Math.abs(value) < 0.01 ? small : decimal).format(value))),
    score: shown((value) => tidy(one.format(value))),
    factor: shown((value) => tidy(two.format(value))),
    month: shown((value) => month.format(time(value))),
    day: shown((value) => day.format(time(value))),
    text: shown(String),
    yes: shown((value) => report.t(value ? "formats.yes" : "formats.no")),
  };
};

/* Money of any currency: the digits of its coins, and more where an amount has more. A code that is no currency, or
   none, has two digits and no sign. */
const currencies = new Map();
report.ofCurrency = (currency, isPlain = false) => {
  const known = `${report.text.locale} ${currency} ${isPlain}`;
  if (!currencies.has(known)) currencies.set(known, madeOf(currency, isPlain));
  return currencies.get(known);
};
const madeOf = (currency, isPlain) => {
  const { locale, currency_display: display } = report.text;
  const isKnown = /^[A-Za-z]{3}$/.test(currency ?? "");
  // A short sign is that of several dollars.
  const style = { style: "currency", currency, currencyDisplay: display === "name" ? "name" : "symbol" };
  const digits = report.facts.minor_unit_digits?.[currency] ?? 2;
  const places = { minimumFractionDigits: digits, maximumFractionDigits: 6 };
  return new Intl.NumberFormat(locale, isKnown && !isPlain ? { ...style, ...places } : places);
};

/* How a column is shown, by its name; what no rule knows is text. */
report.kinds = [
  [/^(is_|has_|do_not_)/, "yes"],
  [
    /(^|_)(nrr|grr)$|_rate$|_share$|^(logo_retention|confidence|attainment|nrr_low|nrr_high|grr_low|grr_high|hit_rate_\w+|loss_rate_\w+|confidence_low|outlook_error|outlook_miss|naive_error|naive_miss|seat_utilisation|win_rate_\w+|ci_low|ci_high)$/,
    "percent",
  ],
  [/_rate_(low|high)$|^logo_retention_(low|high)$|_nrr(_12m)?$/, "percent"],
  [/^(nrr_difference|nrr_points)$/, "points"],
  [
    /_(mrr|arr)$|_mrr_forgone$|^(mrr|amount|expected_value|cohort_mrr|opening_difference|closing_difference|reporting_amount)$/,
    "amount",
  ],
  [/(^|_)(month|period)$|^(cohort_month|first_month|last_month)$/, "month"],
  [/_on$|^(as_of_date|overdue_since|blocked_until|quiet_since|first_free_on)$/, "day"],
  [/^(health_score|health_change|component_score|contribution)$/, "score"],
  [/^(quick_ratio|lift|auc\w*)$/, "factor"],
  [/^(srm_p_value|adjusted_p_value|value|median_lead_days)$/, "decimal"],
];
report.kindOf = (column, rows) => {
  const rule = report.kinds.find(([pattern]) => pattern.test(column));
  if (rule) return rule[1];
  const isWhole = rows.every((row) => row[column] == null || Number.isInteger(row[column]));
  return rows.some((row) => typeof row[column] === "number") ? (isWhole ? "count" : "quantity") : "text";
};
