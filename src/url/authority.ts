/** Where the authority of a URL ends (RFC 3986, 3.2). */

/** The index of the first `/`, `?` or `#` from `start` on, or the length of `href`. @internal */
export function endOfAuthority(href: string, start: number): number {
  for (let index = start; index < href.length; index++) {
    const code = href.charCodeAt(index);
    if (code === 0x2f || code === 0x3f || code === 0x23) return index;
  }
  return href.length;
}
