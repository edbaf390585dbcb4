// The budgets of httpxide, relative to a peer. `least` and `most` bound the ratio httpxide / peer; without a peer they
// bound httpxide's own figure. Metrics are those of summary.mjs.
const MB = 1e6;

export const budgets = [
  { work: "get-64", metric: "rate", against: "undici-request", least: 2.5 },
  { work: "get-64", metric: "rate", against: "fetch", least: 7 },
  { work: "get-64", metric: "loopActive", against: "undici-request", most: 1 / 5 },
  { work: "get-64", metric: "cpu", against: "undici-request", most: 0.6 },
  { work: "json-64", metric: "rate", against: "undici-request", least: 2.5 },
  { work: "json-64", metric: "rate", against: "fetch", least: 7 },
  { work: "get-1", metric: "rate", against: "undici-request", least: 1.1 },
  { work: "get-1000", metric: "rate", against: "undici-request", least: 2 },
  { work: "get-1000", metric: "errors", most: 0 },
  { work: "get-tls-64", metric: "rate", against: "undici-request", least: 2.5 },
  { work: "stream-256m", metric: "rate", against: "undici-request", least: 2 },
  { work: "stream-256m", metric: "loopActive", against: "undici-request", most: 1 / 4 },
  { work: "stream-256m", metric: "rssGrowth", most: 32 * MB },
  { work: "gzip-json", metric: "rate", against: "fetch", least: 2.5 },
  { work: "gzip-json", metric: "stall", against: "fetch", most: 1 / 4 },
  { work: "upload-256m", metric: "rate", against: "undici-request", least: 1.5 },
  { work: "upload-256m", metric: "rssGrowth", most: 32 * MB },
  { work: "h2-get-64", metric: "rate", against: "undici-request", least: 4 },
  { work: "h2-get-64", metric: "loopActive", against: "undici-request", most: 1 / 5 },
  { work: "h2-get-1", metric: "rate", against: "undici-request", least: 1 },
  { work: "h2-get-1000", metric: "rate", against: "undici-request", least: 4 },
  { work: "h2-get-1000", metric: "errors", most: 0 },
  { work: "h2-stream-256m", metric: "rate", against: "undici-request", least: 1.5 },
  { work: "h2-stream-256m", metric: "rssGrowth", most: 32 * MB },
  { work: "h2-upload-64", metric: "rate", against: "undici-request", least: 1.5 },
  { work: "startup", metric: "rate", against: "undici-request", least: 1 },
];
