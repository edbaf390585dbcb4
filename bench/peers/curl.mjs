// curl, in C: one body after the other on one connection, discarded, as fast as the machine and nginx deliver it.
const BODIES_PER_SECOND = 8;

// curl expands the range in brackets to that many URLs; nginx ignores the queries.
export const command = ({ url, seconds }) => [
  "curl",
  ["--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{time_total}\\n"].concat(
    `${url}?[1-${Math.ceil(seconds * BODIES_PER_SECOND)}]`,
  ),
];

/** Its counts, from one line per body. */
export function read(report) {
  const bodies = report
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const whole = bodies.filter(([status]) => status === "200");
  return {
    operations: whole.length,
    errors: bodies.length - whole.length,
    wallMs: whole.reduce((sum, [, seconds]) => sum + Number(seconds) * 1000, 0),
  };
}
