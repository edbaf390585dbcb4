// The summary as plain text: for each work a table with a row for each peer, then the budgets next to the results.
import { budgets } from "./budgets.mjs";
import { peers } from "./peers/index.mjs";
import { figuresOf } from "./summary.mjs";
import { works } from "./works/index.mjs";

const MISSING = "–";
const number = (value, digits = 0) =>
  value === null || value === undefined
    ? MISSING
    : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const megabytes = (bytes) => number(bytes === null ? null : bytes / 1e6, 1);
const kilobytes = (bytes) => number(bytes === null ? null : bytes / 1e3, 1);
const ratio = (value) => (Number.isFinite(value) ? `${number(value, 2)}×` : MISSING);

/** Every work's table and the budgets. */
export function renderReport(summary, workNames, peerNames) {
  const parts = workNames.map((work) => renderWork(summary, work, peerNames));
  return [...parts, renderBudgets(summary, workNames)].filter(Boolean).join("\n\n");
}

function renderWork(summary, name, peerNames) {
  const work = works[name];
  // Microseconds for a request of 1 KiB, milliseconds for a body of megabytes.
  const [unit, scale, digits] = work.bytes ? ["ms", 1, 1] : ["µs", 1000, 1];
  const time = (ms) => (ms === null ? MISSING : number(ms * scale, digits));
  const header = [
    ...["", work.rate, "lowest–highest", `JS loop ${unit}/op`, `JS CPU ${unit}/op`, `all CPU ${unit}/op`],
    ...["RSS peak MB", "RSS growth MB", "RSS KB/session"],
    ...["stall ms", "servers busy", "errors", "× request", "× fetch"],
  ];
  const rows = [];
  const notes = [];
  for (const peer of peerNames) {
    const figures = figuresOf(summary, name, peer);
    if (!figures) continue;
    const { title } = peers[peer];
    if (figures.failure) {
      notes.push(`  ${title} failed: ${figures.failure}`);
      continue;
    }
    if (figures.firstError) notes.push(`  ${title}, first error: ${figures.firstError}`);
    const times = (other) => ratio(figures.rate / figuresOf(summary, name, other)?.rate);
    rows.push([
      ...[title, number(figures.rate), `${number(figures.lowestRate)}–${number(figures.highestRate)}`],
      ...[time(figures.loopActive), time(figures.jsCpu), time(figures.cpu)],
      ...[megabytes(figures.rssPeak), megabytes(figures.rssGrowth), kilobytes(figures.rssEach)],
      number(figures.stall, 1),
      ...[
        figures.serverBusy === null ? MISSING : `${number(figures.serverBusy * 100)} %`,
        number(figures.errors),
      ],
      ...[times("undici-request"), times("fetch")],
    ]);
  }
  const table = rows.length > 0 ? [alignColumns([header, ...rows])] : [];
  return [`${name}: ${work.title}`, ...table, ...notes].join("\n");
}

const UNITS = {
  rssGrowth: (bytes) => `${megabytes(bytes)} MB`,
  cpu: (ms) => `${number(ms, 1)} ms`,
};

const METRICS = {
  rate: "rate",
  loopActive: "JS loop time per operation",
  cpu: "CPU of all threads per operation",
  rssGrowth: "RSS growth",
  rssPeak: "memory (RSS peak)",
  stall: "longest stall",
  errors: "errors",
};

function renderBudgets(summary, workNames) {
  const rows = [];
  for (const { work, of = "httpxide", metric, against, over, least, most } of budgets) {
    const own = figuresOf(summary, work, of);
    if (!workNames.includes(work) || !own) continue;
    const peer = against ?? over;
    const other = peer ? figuresOf(summary, work, peer)?.[metric] : 0;
    const reached = against ? own[metric] / other : own[metric] - other;
    const say = against ? ratio : (UNITS[metric] ?? number);
    const bound = least === undefined ? `≤ ${say(most)}` : `≥ ${say(least)}`;
    const known = Number.isFinite(reached);
    const met = known && (least === undefined ? reached <= most : reached >= least);
    const beside = peer ? `${METRICS[metric]} ${against ? "/" : "-"} ${peers[peer].title}` : METRICS[metric];
    rows.push([
      work,
      beside,
      bound,
      known ? say(reached) : MISSING,
      known ? (met ? "met" : "MISSED") : MISSING,
    ]);
  }
  if (rows.length === 0) return "";
  const header = ["", "httpxide's", "must be", "is", ""];
  return ["budgets", alignColumns([header, ...rows], 2)].join("\n");
}

// The first `left` columns are text, aligned left; the others are numbers.
function alignColumns(rows, left = 1) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column) =>
    column < left ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
