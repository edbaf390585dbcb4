/** Secrets in any text: JSON, XML, URLs, or a mixture, as in a web page. */
import { maskJSON } from "./json.js";
import { SECURE, type SensitiveNames } from "./names.js";
import { type OnSecret, maskLinks } from "./pairs.js";
import { maskXML } from "./xml.js";

/** User information with a password; many addresses have a user name alone: `ssh://git@host`. */
const USERINFO = /(?<=:\/\/)[^\s/?#"'<>\\@:]*:[^\s/?#"'<>\\@]+(?=@)/g;

/** @internal */
export function maskText(text: string, names: SensitiveNames, onSecret?: OnSecret): string {
  const masked = maskXML(maskJSON(text, names, onSecret), names, onSecret);
  return maskLinks(masked, names, onSecret).replace(USERINFO, SECURE);
}
