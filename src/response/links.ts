/** The `Link` header (RFC 8288), read as leniently as HTTPX and `requests` read it. */

/** What is stripped around a name or a value. */
const PADDING = /^[ '"]+|[ '"]+$/g;

/** @internal The links by their `rel`, or by their URL when they have none. */
export function parseLinks(header: string | null): Record<string, Record<string, string>> {
  const value = (header ?? "").replace(PADDING, "");
  if (value === "") return {};
  const links = value.split(/, *</).map(parseLink);
  // From entries, so that a link called "__proto__" is a link like any other.
  return Object.fromEntries(links.map((link) => [link["rel"] || link["url"]!, link]));
}

function parseLink(value: string): Record<string, string> {
  const [target = "", ...parameters] = value.split(";");
  const fields: [string, string][] = [["url", target.replace(/^[<> '"]+|[<> '"]+$/g, "")]];
  for (const parameter of parameters) {
    const parts = parameter.split("=");
    // HTTPX stops at the first parameter that is not one name and one value.
    if (parts.length !== 2) break;
    fields.push([parts[0]!.replace(PADDING, ""), parts[1]!.replace(PADDING, "")]);
  }
  return Object.fromEntries(fields);
}
