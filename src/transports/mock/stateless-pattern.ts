/** Regular expressions without state: a global or sticky one would continue at its previous match. */

/** @internal */
export function stateless(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
}
