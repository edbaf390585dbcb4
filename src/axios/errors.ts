/** The errors of this package as axios's own adapter would report them: by the system's code where there is one. */
import type { AxiosResponse } from "axios";
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
  if (axios.isAxiosError(error)) return error;
  if (!(error instanceof Error)) return error;
  const isOfNetwork = error instanceof RequestError;
  if (isOfNetwork && response !== undefined && error.phase !== "decode") {
    const broken = new AxiosError(
      "stream has been aborted",
      AxiosError.ERR_BAD_RESPONSE,
      config,
      request,
      response,
    );
    Object.defineProperty(broken, "cause", { value: error, configurable: true, writable: true });
    return broken;
  }
  return AxiosError.from(error, isOfNetwork ? codeOf(axios, error) : undefined, config, request, response);
}

function codeOf({ AxiosError }: AxiosLibrary, error: RequestError): string {
  if (error instanceof TimeoutException) return AxiosError.ETIMEDOUT;
  if (CLOSED.has(error.code)) return "ECONNRESET";
  return error.code;
}
