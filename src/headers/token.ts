/** HTTP's tokens: the syntax of methods and header names. */

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, 5.6.2. @internal */
export function isToken(text: string): boolean {
  return token.test(text);
}
