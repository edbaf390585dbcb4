/** Regular expressions that answer the same each time: a global or sticky one goes on where it stopped the last time. */

/** @internal */
export function stateless(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
}
