/** The options of a request, and other clients' names for them. */
import type { ContentTypes } from "../body/encode/encode.js";
import type { FilesTypes } from "../body/encode/files.js";
import type { FormTypes } from "../body/encode/form.js";
import { type Checks, type OptionList, optionList } from "../config/options.js";
import { orNull } from "../config/value-checks.js";
import type { CookiesInit } from "../cookies/cookies.js";
import type { HeadersInit } from "../headers/headers.js";
import type { ParamsInit, QueryParams } from "../url/query.js";
import { checkExtensions } from "./extension-names.js";
import type { RequestExtensions } from "./extensions.js";
import { aListener, anExpectation, areTrailers, type MessageOptions } from "./message-options.js";

/** Options of a {@link Request}, besides method and URL. */
export interface RequestInitOptions extends MessageOptions {
  /** Merged into the URL's query: a key given here replaces that key there. */
  params?: ParamsInit | QueryParams | null | undefined;
  headers?: HeadersInit | null | undefined;
  /** Sent in a `Cookie` header if they apply to the URL, unless `headers` have such a header. */
  cookies?: CookiesInit | null | undefined;
  /** The body: text (sent as UTF-8), bytes, or a stream or generator of them. */
  content?: ContentTypes | null | undefined;
  /** The fields of a form, sent URL-encoded, or as multipart where there are `files`. */
  data?: FormTypes | ContentTypes | null | undefined;
  /** Sent as multipart, after the fields in `data`. Ignored if there is `content`. */
  files?: FilesTypes | null | undefined;
  /** Sent as compact JSON. `NaN` and the infinities are refused. */
  json?: unknown;
  /** Options for the transport, such as `trace`. */
  extensions?: RequestExtensions | null | undefined;
}

/** A null check: the class that the value is passed to checks it, such as `Headers`. @internal */
export const requestChecks: Checks<RequestInitOptions> = {
  params: null,
  headers: null,
  cookies: null,
  content: null,
  data: null,
  files: null,
  json: null,
  extensions: orNull(checkExtensions),
  trailers: areTrailers,
  expectContinue: anExpectation,
  onInformational: aListener,
  onUploadProgress: aListener,
  onDownloadProgress: aListener,
};

const BODY = "a body is given as json, data, files or content";
const ARGUMENT = "it is an argument of its own";

/** @internal */
export const requestAdvice: Readonly<Record<string, string>> = {
  body: BODY,
  form: "did you mean data",
  formData: "a FormData is given as content",
  formdata: "a FormData is given as content",
  header: "did you mean headers",
  jsonBody: "did you mean json",
  method: ARGUMENT,
  multipart: "did you mean files",
  payload: BODY,
  qs: "did you mean params",
  query: "did you mean params",
  queryParams: "did you mean params",
  searchParams: "did you mean params",
  url: ARGUMENT,
};

/** @internal */
export const requestInitOptions: OptionList = optionList("a Request", requestChecks, {
  advice: {
    ...requestAdvice,
    auth: "how a request authenticates is an option of sending it",
    followRedirects: "whether redirects are followed is an option of sending it",
    signal: "a signal is an option of sending it",
    timeout: "a timeout is an extension here: { extensions: { timeout } }",
  },
});
