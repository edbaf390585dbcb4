/** The `Link` header (RFC 8288), read as leniently as HTTPX and `requests` read it. */

/** Characters removed around a name or a value. */
const PADDING = " '\"";

/** @internal The links by `rel`, or by URL without one. */
export function parseLinks(header: string | null): Record<string, Record<string, string>> {
  const value = strip(header ?? "", PADDING);
  if (value === "") return {};
  const links = value.split(/, *</).map(parseLink);
  // From entries, so that a link named "__proto__" is kept.
  return Object.fromEntries(links.map((link) => [link["rel"] || link["url"]!, link]));
}

function parseLink(value: string): Record<string, string> {
  const [target = "", ...parameters] = value.split(";");
  const fields: [string, string][] = [["url", strip(target, `<>${PADDING}`)]];
  for (const parameter of parameters) {
    const parts = parameter.split("=");
    // as in HTTPX, the first parameter that is not one name and one value ends the link
    if (parts.length !== 2) break;
    fields.push([strip(parts[0]!, PADDING), strip(parts[1]!, PADDING)]);
  }
  return Object.fromEntries(fields);
}

/**
 * `text` without any of these characters at its ends, as by Python's `str.strip`. No pattern that ends in `$`: it starts
 * again at each character of a run, and takes 17 s for 100 KB of spaces.
 */
function strip(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text[start]!)) start++;
  while (end > start && characters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}
