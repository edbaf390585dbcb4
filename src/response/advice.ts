/** What other clients call the options that a response is made of, and what to do here instead. */

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
