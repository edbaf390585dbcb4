/** What a function of the program has thrown, or given as the reason of an abort: any value, also one that has no text. */

/** In words, for a message. @param ofError those of an error. @internal */
export function inWords(
  thrown: unknown,
  ofError: (error: Error) => string = ({ message }) => String(message),
): string {
  try {
    return thrown instanceof Error ? ofError(thrown) : String(thrown);
  } catch {
    // an object without a prototype, for example: its exception would replace what was thrown
    return "a value without a text";
  }
}
