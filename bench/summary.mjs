// Reduces the raw results of all rounds to one figure per work, peer and metric: the median. Errors are added up.
import { works } from "./works/index.mjs";

/** @returns {Map<string, object>} by `${work} ${peer}`; a peer whose every round failed has only `failure`. */
export function summarise(results) {
  const groups = new Map();
  for (const result of results) {
    const key = keyOf(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return new Map([...groups].map(([key, rounds]) => [key, summariseRounds(rounds)]));
}

/** The median figures of one peer at one work. */
export const figuresOf = (summary, work, peer) => summary.get(`${work} ${peer}`);

const keyOf = ({ work, peer }) => `${work} ${peer}`;

function summariseRounds(rounds) {
  const done = rounds.filter((round) => round.operations > 0);
  if (done.length === 0) return { failure: rounds[0].failure ?? rounds[0].firstError };
  const figures = done.map((round) => figuresOfRound(round));
  const rates = figures.map(({ rate }) => rate);
  const medians = Object.keys(figures[0]).map((metric) => [
    metric,
    median(figures.map((one) => one[metric])),
  ]);
  return {
    ...Object.fromEntries(medians),
    rounds: done.length,
    lowestRate: Math.min(...rates),
    highestRate: Math.max(...rates),
    errors: rounds.reduce((sum, { errors = 1 }) => sum + errors, 0),
    firstError: rounds.map((round) => round.failure ?? round.firstError).find(Boolean) ?? null,
  };
}

// loopActive, jsCpu and cpu are ms for each operation; rss* are bytes; serverBusy is a share of the wall time.
function figuresOfRound(round) {
  const perSecond = round.operations / (round.wallMs / 1000);
  const { bytes } = works[round.work];
  const each = (ms) => (ms === null ? null : ms / round.operations);
  return {
    rate: bytes ? (perSecond * bytes) / 1e6 : perSecond,
    loopActive: each(round.loopActiveMs),
    jsCpu: each(round.jsCpuMs),
    cpu: each(round.cpuMs),
    rssPeak: round.rssPeak,
    rssGrowth: round.rssGrowth,
    rssEach: round.rssEach ?? null,
    stall: round.stallMs,
    serverBusy: round.serverCpuMs === null ? null : round.serverCpuMs / round.wallMs,
  };
}

function median(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
