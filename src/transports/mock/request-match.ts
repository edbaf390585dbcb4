/** The conditions of a route on a request. All of them must hold. */
import { URL } from "../../platform/classes.js";
import { type OptionList, checkOptions, optionList } from "../../config/options.js";
import { normaliseMethod } from "../../request/method.js";
import { type ParamsInit, QueryParams } from "../../url/query.js";
import type { Request } from "../../request/request.js";
import { type MockContent, contentCondition, formCondition, jsonCondition } from "./body-match.js";
import type { Condition } from "./condition.js";
import { type MockHeaders, headerConditions } from "./header-match.js";
import { says } from "./predicate.js";
import { type MockURL, type URLCondition, urlCondition } from "./url-match.js";

/** The requests that a route matches, beside its method. */
export interface MockMatch {
  /** Of the query. Other parameters may be present, and the order is ignored. */
  params?: ParamsInit | QueryParams | undefined;
  /** By name, in any case. Other headers may be present. Of a repeated header, one value must match. */
  headers?: MockHeaders | undefined;
  /** The body. */
  content?: MockContent | undefined;
  /** The body is JSON and equals this, or a function of its value returns true. */
  json?: unknown;
  /** The body is a URL-encoded form of exactly these fields. */
  data?: ParamsInit | undefined;
  /** Any other condition. The body has been read. */
  where?: ((request: Request) => boolean) | undefined;
}

/** The requests that a route matches. */
export interface MockRouteMatch<URLs extends MockURL = MockURL> extends MockMatch {
  /** @default any */
  method?: string | readonly string[] | undefined;
  /** @default any */
  url?: URLs | undefined;
}

/** The compiled form of a match. @internal */
export interface Conditions {
  /** The match in a line, for messages. */
  readonly text: string;
  readonly all: readonly Condition[];
  readonly url: URLCondition | null;
}

/** A misspelt name would add no condition, and the route would match every request. @internal */
export const matchOptions: OptionList = optionList<MockRouteMatch>(
  "a route",
  {
    method: null,
    url: null,
    params: null,
    headers: null,
    content: null,
    json: null,
    data: null,
    where: null,
  },
  {
    advice: {
      body: "did you mean content, json or data",
      form: "did you mean data",
      path: "did you mean url",
      query: "did you mean params",
      searchParams: "did you mean params",
    },
  },
);

/**
 * @throws TypeError, LocalProtocolError for an impossible condition.
 * @internal
 */
export function conditionsOf(match: MockRouteMatch): Conditions {
  checkOptions(match, matchOptions);
  const methods = match.method === undefined ? [] : [match.method].flat().map(normaliseMethod);
  const url = match.url === undefined ? null : urlCondition(match.url);
  const rest: Condition[] = [];
  if (url !== null && url.query !== null) rest.push(...paramConditions(url.query, ""));
  if (match.params !== undefined) rest.push(...paramConditions(match.params, "params"));
  if (match.headers !== undefined) rest.push(...headerConditions(match.headers));
  if (match.content !== undefined) rest.push(contentCondition(match.content));
  if (match.json !== undefined) rest.push(jsonCondition(match.json));
  if (match.data !== undefined) rest.push(formCondition(match.data));
  if (match.where !== undefined) rest.push(whereCondition(match.where));

  const names = [...new Set(rest.map(({ name }) => name))].filter((name) => name !== "");
  const text = [methods.join("|") || "*", url?.text ?? "*"].join(" ");
  return {
    text: names.length === 0 ? text : `${text} with ${names.join(", ")}`,
    all: [...(methods.length > 0 ? [methodCondition(methods)] : []), ...(url === null ? [] : [url]), ...rest],
    url,
  };
}

function methodCondition(methods: readonly string[]): Condition {
  return {
    name: "",
    mismatch: ({ method }) => (methods.includes(method) ? null : `the method is ${method}`),
  };
}

/** One condition for each key: the request has all the given values. */
function paramConditions(params: ParamsInit | QueryParams, name: string): Condition[] {
  const wanted = params instanceof QueryParams ? params : new QueryParams(params);
  return [...wanted.keys()].map((key) => ({
    name,
    mismatch(request) {
      const left = new URL(request.parsedURL.href).searchParams.getAll(key);
      if (left.length === 0 && wanted.getList(key).length > 0) return `the parameter ${key} is missing`;
      for (const value of wanted.getList(key)) {
        const place = left.indexOf(value);
        if (place === -1) return `the parameter ${key} is another`;
        left.splice(place, 1);
      }
      return null;
    },
  }));
}

function whereCondition(where: (request: Request) => boolean): Condition {
  return { name: "where", mismatch: (request) => (says(where(request)) ? null : "where says no") };
}
