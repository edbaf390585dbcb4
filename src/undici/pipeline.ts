/** `dispatcher.pipeline()`: a stream whose input is the body of the request, and whose output comes from the response. */
import { Duplex, PassThrough, Readable } from "node:stream";
import type { DispatcherBody } from "./body.js";
import type { Dispatch } from "./dispatch.js";
import { aborted, invalidReturn } from "./errors.js";
import type { Control } from "./handlers.js";
import { type RequestOptions, requestBy } from "./request.js";
import type { StreamHead } from "./stream.js";

/** Options of `dispatcher.pipeline()`. */
export interface PipelineOptions extends RequestOptions {
  /** Whether the handler's stream is one of objects. @default false */
  objectMode?: boolean | undefined;
}

/** Makes the output from the response: its body, or a stream that it goes through. */
export type PipelineHandler = (response: StreamHead & { readonly body: DispatcherBody }) => Readable;

/** @internal */
export function pipelineBy(
  dispatch: Dispatch,
  { objectMode = false, ...options }: PipelineOptions,
  handler: PipelineHandler,
): Duplex {
  const input = new PassThrough();
  let control: Control | null = null;
  let body: DispatcherBody | null = null;
  const output = requestBy(dispatch, { ...options, body: input }, (given) => (control = given)).then(
    ({ statusCode, headers, opaque, context, body: received }) => {
      body = received;
      const made = handler({ statusCode, headers, opaque, context, body: received });
      if (typeof made?.on !== "function") throw invalidReturn("a Readable");
      return made;
    },
  );
  const readable = Readable.from(chunksOf(output), { objectMode });
  const duplex = Duplex.from({ writable: input, readable });
  // the request begins at once, and so may its failure come before anything is read
  output.catch((error: Error) => duplex.destroy(error));
  duplex.once("close", () => {
    if (body === null) control?.abort(aborted());
    else body.destroy();
  });
  return duplex;
}

async function* chunksOf(output: Promise<Readable>): AsyncGenerator<unknown, void, undefined> {
  yield* await output;
}
