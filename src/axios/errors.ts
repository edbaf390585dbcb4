/** The errors of this package as axios's own adapter would report them: by the system's code where there is one. */
import { Readable } from "node:stream";
import type { AxiosError, AxiosResponse } from "axios";
import { beginAtProgram } from "../platform/own-frames.js";
import { RequestError } from "../errors/request-error.js";
import { TimeoutException } from "../errors/timeout-error.js";
import type { Cancellation } from "./cancellation.js";
import type { AxiosLibrary, Config } from "./library.js";
import type { ShownRequest } from "./shown-request.js";

/** Codes of a connection that ended before the response did. */
const CLOSED = new Set(["ERR_INCOMPLETE_RESPONSE", "ERR_READ_ERROR", "ERR_WRITE_ERROR"]);

/** @internal */
export function axiosErrorOf(
  axios: AxiosLibrary,
  error: unknown,
  config: Config,
  { signal }: Cancellation,
  request: ShownRequest | undefined,
  response: AxiosResponse | undefined,
): unknown {
  const { AxiosError } = axios;
  if (signal.aborted && error === signal.reason) {
    const reason = error as { config?: unknown; request?: unknown };
    reason.config ??= config;
    if (request !== undefined) reason.request ??= request;
    return error;
  }
  if (axios.isAxiosError(error)) {
    // an error of this adapter, made where the request was not known
    if (error.config === config && request !== undefined) error.request ??= request;
    return error;
  }
  if (!(error instanceof Error)) return error;
  if (isUploadAborted(config.data)) {
    return new axios.CanceledError("Request stream has been aborted", config as never, request);
  }
  const isOfNetwork = error instanceof RequestError;
  if (isOfNetwork && response !== undefined && error.phase !== "decode") {
    const broken = new AxiosError(
      "stream has been aborted",
      AxiosError.ERR_BAD_RESPONSE,
      config,
      request,
      response,
    );
    return withCause(beginAtProgram(broken, axiosErrorOf), error);
  }
  const code = isOfNetwork ? codeOf(axios, error) : undefined;
  return axiosErrorFrom(axios, error, code, config, request, response);
}

/**
 * As `AxiosError.from` of new versions. That of versions below 1.13 copies each member of the prototypes too, and reads it
 * there, where the members of this package's errors have no value.
 *
 * @internal
 */
export function axiosErrorFrom(
  { AxiosError }: AxiosLibrary,
  error: Error,
  code: string | undefined,
  config: Config,
  request?: ShownRequest,
  response?: AxiosResponse,
): AxiosError {
  const { code: own, status } = error as { code?: string; status?: number | null };
  const made = new AxiosError(error.message, code ?? own, config, request, response);
  const wrapped = withCause(beginAtProgram(made, axiosErrorFrom), error);
  wrapped.name = error.name;
  if (status !== undefined && status !== null) wrapped.status ??= status;
  return wrapped;
}

/** Not enumerable, as the standard's own: loggers do not follow it. */
function withCause(error: AxiosError, cause: Error): AxiosError {
  return Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
}

/** Whether the program has destroyed the stream of the request. One that failed has an error of its own. */
function isUploadAborted(data: unknown): boolean {
  return data instanceof Readable && data.readableAborted && data.errored === null;
}

function codeOf({ AxiosError }: AxiosLibrary, error: RequestError): string {
  if (error instanceof TimeoutException) return AxiosError.ETIMEDOUT;
  if (CLOSED.has(error.code)) return "ECONNRESET";
  return error.code;
}
