/** Advice on other clients' names for the options of a response. */

/** @internal */
export const responseAdvice: Readonly<Record<string, string>> = {
  body: "did you mean content",
  data: "did you mean content or json",
  reasonPhrase: "give it as extensions: { reasonPhrase }",
  status: "it is the first argument",
  statusCode: "it is the first argument",
  statusText: "give it as extensions: { reasonPhrase }",
  stream: "did you mean content",
};
