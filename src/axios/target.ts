/** The URL of a call by axios's own rules, and the target of its request. */
import { URL } from "../platform/classes.js";
import { axiosErrorFrom } from "./errors.js";
import type { AxiosLibrary, Config } from "./library.js";

/** @internal */
export interface Target {
  /** Without a fragment. */
  readonly url: URL;
  /** Path and query, if the URL escapes more of them than axios does. */
  readonly exact: string | null;
}

/** What a request line can carry as it is, and no fragment. */
const PLAIN = /^[\u0021\u0022\u0024-\u007e]+$/;

/** The URL with its base, as text. @internal @throws AxiosError */
export function urlOf(axios: AxiosLibrary, config: Config): string {
  const { baseURL, url = "" } = config;
  if (!baseURL) return url;
  const { allowAbsoluteUrls } = config as { allowAbsoluteUrls?: boolean };
  return orError(axios, config, () => uriOf(axios, { baseURL, url, allowAbsoluteUrls }));
}

/**
 * axios appends the parameters to what the platform has made of the URL, so that their apostrophes stay as they are.
 *
 * @throws TypeError for a URL that is none; AxiosError for parameters that cannot be written.
 * @internal
 */
export function targetOf(axios: AxiosLibrary, config: Config, text: string): Target {
  const url = config.socketPath ? new URL(text, "http://localhost") : new URL(text);
  const { params, paramsSerializer } = config;
  if (!params) return { url: withoutRest(url), exact: null };
  const path = url.pathname + url.search;
  const wanted = orError(axios, config, () => uriOf(axios, { url: path, params, paramsSerializer }));
  const whole = withoutRest(new URL(wanted.replace(/^[^?]*/, ""), url));
  const isTheSame = whole.pathname + whole.search === wanted;
  return { url: whole, exact: isTheSame || !PLAIN.test(wanted) ? null : wanted };
}

/** Merging the configuration with the defaults costs as much as a tenth of a call, so only what is needed goes in. */
function uriOf(axios: AxiosLibrary, config: object): string {
  return new axios.Axios({}).getUri(config);
}

/** Neither a fragment nor the mark of an empty query is sent. */
function withoutRest(url: URL): URL {
  if (url.hash !== "" || url.href.endsWith("#")) url.hash = "";
  if (url.search === "" && url.href.endsWith("?")) url.search = "";
  return url;
}

function orError<Value>(axios: AxiosLibrary, config: Config, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (axios.isAxiosError(error)) throw error;
    const failed = axiosErrorFrom(axios, error as Error, axios.AxiosError.ERR_BAD_REQUEST, config);
    throw Object.assign(failed, { url: config.url, exists: true });
  }
}
