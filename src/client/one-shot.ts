/**
 * One-shot functions: each makes a client for one call and closes it with the response. Programs with more than a few
 * calls make an `AsyncClient`, which keeps its connections.
 */
import { checkOptions } from "../config/options.js";
import { AsyncClient } from "./async-client.js";
import { checkUse, isOfClient, oneShotOptions, tooManyArguments } from "./option-lists.js";
import type { AsyncClientOptions, OneShotOptions, RequestOptions } from "./options.js";
import { withCallersStack } from "../errors/callers-stack.js";
import type { URLTypes } from "../request/request.js";
import type { Response } from "../response/response.js";

/** Sends one request and reads the whole response. */
export async function request(
  method: string,
  url: URLTypes,
  options: OneShotOptions = {},
): Promise<Response> {
  if (arguments.length > 3) throw tooManyArguments("request", "a method, a URL and options");
  const [clientOptions, requestOptions] = split(options);
  const client = new AsyncClient(clientOptions);
  try {
    return await client.request(method, url, requestOptions);
  } catch (error) {
    throw withCallersStack(error);
  } finally {
    await client.aclose();
  }
}

/** Sends one request and leaves the response's body unread. Closing the response closes the connection. */
export function stream(method: string, url: URLTypes, options?: OneShotOptions): Promise<Response>;
/** Sends one request and passes the response to `use`, which reads it. The response is closed when `use` ends or throws. */
export function stream<T>(
  method: string,
  url: URLTypes,
  options: OneShotOptions | undefined,
  use: (response: Response) => T | Promise<T>,
): Promise<T>;
export async function stream<T>(
  method: string,
  url: URLTypes,
  options: OneShotOptions = {},
  use?: (response: Response) => T | Promise<T>,
): Promise<Response | T> {
  if (arguments.length > 3) checkUse("stream()", "a method, a URL, options", arguments.length - 3, use);
  const [clientOptions, requestOptions] = split(options);
  const client = new AsyncClient(clientOptions);
  let outlivesCall = false;
  try {
    if (use !== undefined) return await client.stream(method, url, requestOptions, use);
    const response = await client.stream(method, url, requestOptions);
    if (!response.isClosed) {
      response.streamed?.whenClosed(() => client.aclose());
      outlivesCall = true;
    }
    return response;
  } catch (error) {
    throw withCallersStack(error);
  } finally {
    if (!outlivesCall) await client.aclose();
  }
}

export function get(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("get"));
  return request("GET", url, options);
}

export function options(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("options"));
  return request("OPTIONS", url, options);
}

export function head(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("head"));
  return request("HEAD", url, options);
}

export function post(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("post"));
  return request("POST", url, options);
}

export function put(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("put"));
  return request("PUT", url, options);
}

export function patch(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("patch"));
  return request("PATCH", url, options);
}

/** Also exported as `delete`, which JavaScript does not allow as the name of a declaration. */
export function delete_(url: URLTypes, options?: OneShotOptions): Promise<Response> {
  if (arguments.length > 2) return Promise.reject(tooManyArguments("delete"));
  return request("DELETE", url, options);
}

/** Splits the options into those of the client and those of the call. */
function split(options: OneShotOptions): [AsyncClientOptions, RequestOptions] {
  checkOptions(options, oneShotOptions);
  const names = [...oneShotOptions.checks.keys()] as (keyof OneShotOptions)[];
  const some = (belongs: (name: string) => boolean): object =>
    Object.fromEntries(names.filter(belongs).map((name) => [name, options[name]]));
  return [some(isOfClient), some((name) => !isOfClient(name))];
}
