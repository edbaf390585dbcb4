/** Which diagnostics channels show the requests of a client. */
import { type OptionList, checkOptions, optionList } from "./options.js";
import { aBoolean, orNull } from "./value-checks.js";

/** Options of diagnostics channels. `tracingChannel("httpxide:request")` always shows requests. */
export interface DiagnosticsOptions {
  /**
   * Whether undici's channels show them too, for tools that observe the platform's `fetch`.
   * @default true
   */
  undici?: boolean | undefined;
}

const diagnosticsOptions: OptionList = optionList<DiagnosticsOptions>("diagnostics", {
  undici: orNull(aBoolean),
});

/** @internal @throws TypeError */
export function checkedDiagnostics(options: DiagnosticsOptions | null | undefined): DiagnosticsOptions {
  if (options === undefined || options === null) return {};
  checkOptions(options, diagnosticsOptions);
  return options;
}
