/** Finds the name that was probably meant: it differs in case, in separators, or by one or two typing errors. */

/** @internal Null if no name is similar. `errors`: the most that it may have, however long it is. */
export function nearest(name: string, known: readonly string[], errors = Infinity): string | null {
  const wanted = plain(name);
  let best: string | null = null;
  // one error in names up to four characters, two up to eight, and so on
  let bound = Math.min(Math.ceil(wanted.length / 4), errors) + 1;
  for (const candidate of known) {
    const edits = distance(wanted, plain(candidate));
    if (edits < bound) {
      bound = edits;
      best = candidate;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}

/** The number of characters added, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
