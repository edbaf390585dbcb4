/**
 * The demo's output: numbered headings, rows in two columns, and progress, as a bar on a terminal and as a few plain
 * lines elsewhere.
 */
const { stdout } = process;
const LABEL = 24;
const BAR = 40;

export function say(text: string): void {
  console.log(text);
}

export function fail(text: string): void {
  console.error(`\n✘ ${text}`);
}

export function heading(number: number, text: string): void {
  console.log(stdout.isTTY ? `\n\u001B[1m${number}  ${text}\u001B[0m` : `\n${number}  ${text}`);
}

export function row(label: string, text: string): void {
  console.log(`   ${label.padEnd(LABEL)}${text}`);
}

/** Shows the progress of a transfer of `total` bytes at each call, and the size of the process. */
export function progress(label: string, total: number): (done: number) => void {
  let shown = -1;
  return (done) => {
    const share = done / total;
    const step = Math.floor(share * (stdout.isTTY ? 100 : 4));
    if (step === shown) return;
    shown = step;
    const memory = mebibytes(process.memoryUsage.rss());
    const text = `${mebibytes(done).padStart(4)} of ${mebibytes(total)} MiB, RSS ${memory} MiB`;
    if (!stdout.isTTY) {
      row(label, text);
      return;
    }
    const filled = Math.round(share * BAR);
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    stdout.write(`\r   ${label.padEnd(LABEL)}${bar} ${text}\u001B[K${share === 1 ? "\n" : ""}`);
  };
}

export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** With separators: 20,000. */
export function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
