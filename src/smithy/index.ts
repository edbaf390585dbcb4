/** `httpxide/smithy`: the `requestHandler` of the AWS SDK and of other clients that Smithy generates. */
export { HttpxideHttpHandler } from "./handler.js";
export type {
  HandlerOptions,
  HandlerOutput,
  HttpHandlerConfig,
  SmithyRequest,
  SmithyResponse,
} from "./types.js";
