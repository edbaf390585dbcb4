/**
 * The challenges of a `WWW-Authenticate` value (RFC 9110, 11.6.1). One value may hold several, separated by the same
 * comma as the parameters of each; the `=` distinguishes a parameter from a scheme.
 */

/** @internal */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Their names in lower case, their values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Whether it consists of parameters only: false also after a stray character or an open quotation mark. */
  readonly isWellFormed: boolean;
}

const separators = /[ \t,]*/y;
const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const equals = /[ \t]*=[ \t]*/y;
const quoted = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
/** Wider than a token, because base64 nonces also occur without quotes. */
const bare = /[^ \t,"]*/y;
const endOfItem = /[ \t]*(?=,|$)/y;
const restOfItem = /[^,]*/y;
/** Credentials in one piece, as for `Negotiate`. */
const token68 = /[ \t]+[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;

/** The challenges in order. Nothing is thrown: an unreadable part makes its challenge malformed. @internal */
export function parseChallenges(value: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string>; isWellFormed: boolean }[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(value) ?? [];
    if (found === undefined) return null;
    at = pattern.lastIndex;
    return found;
  };

  for (take(separators); at < value.length; take(separators)) {
    const name = take(token);
    if (name !== null && take(equals) === null) {
      const isWellFormed = take(token68) === null;
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map(), isWellFormed });
      continue;
    }
    const challenge = challenges.at(-1);
    const text = take(quoted);
    const parameter = text === null ? take(bare) : unquote(text);
    const isWhole = take(endOfItem) !== null;
    if (!isWhole) take(restOfItem);
    if (challenge === undefined) continue;
    if (name !== null && parameter !== null && isWhole) {
      challenge.parameters.set(name.toLowerCase(), parameter);
    } else {
      challenge.isWellFormed = false;
    }
  }
  return challenges;
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}
