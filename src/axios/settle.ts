/** Whether a response's status counts as an error, by the program's `validateStatus`. */
import type { AxiosResponse } from "axios";
import type { AxiosLibrary, Config } from "./library.js";

/** @internal @throws AxiosError */
export function settled(axios: AxiosLibrary, response: AxiosResponse): AxiosResponse {
  const { status, request } = response;
  const config = response.config as Config;
  if (!status || !config.validateStatus || config.validateStatus(status)) return response;
  const { AxiosError } = axios;
  const isOfClient = status >= 400 && status < 500;
  const code = isOfClient ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  throw new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
}
