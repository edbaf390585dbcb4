/** The copy of axios that the program uses: errors must be of its classes. */
import { wrongType } from "../platform/argument-error.js";
import type { AxiosStatic, InternalAxiosRequestConfig } from "axios";

/** @internal */
export type AxiosLibrary = AxiosStatic;

/** @internal */
export type Config = InternalAxiosRequestConfig & {
  /** Milliseconds from the start of the call to the end of the body; for a stream, to its head. */
  timeout?: number;
  allowedSocketPaths?: string | string[] | null;
  sensitiveHeaders?: string[] | null;
  httpVersion?: unknown;
  responseEncoding?: string;
  formDataHeaderPolicy?: "legacy" | "content-only";
};

/** Older versions lack what the adapter needs of them. @internal @throws TypeError */
export function checkVersion(axios: AxiosLibrary): void {
  const { AxiosHeaders, getAdapter, VERSION } = axios as Partial<AxiosLibrary>;
  if (typeof AxiosHeaders === "function" && typeof getAdapter === "function") return;
  throw wrongType(`httpxide/axios needs axios 1.7 or newer, not ${VERSION ?? "an unknown version"}.`);
}
