// wrk, a load generator in C: the limit of the machine and nginx for a client without JavaScript.
export const command = ({ url, inFlight, seconds }) => [
  "wrk",
  ["--threads=1", `--connections=${inFlight}`, `--duration=${seconds}s`, url],
];

/** Its counts, from its report. */
export function read(report) {
  const [, requests, seconds] = /(\d+) requests in ([\d.]+)s/.exec(report);
  const failures = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(report) ?? [];
  const refusals = /Non-2xx or 3xx responses: (\d+)/.exec(report) ?? [];
  const errors = [...failures.slice(1), ...refusals.slice(1)].reduce((sum, count) => sum + Number(count), 0);
  return { operations: Number(requests) - errors, errors, wallMs: Number(seconds) * 1000 };
}
