/** The copy of axios that the program uses: errors must be of its classes. */
import type { AxiosStatic, InternalAxiosRequestConfig } from "axios";

/** @internal */
export type AxiosLibrary = AxiosStatic;

/** @internal */
export type Config = InternalAxiosRequestConfig & {
  /** In milliseconds, from the start to the end of the body, or of a stream, to its head. */
  timeout?: number;
  allowedSocketPaths?: string | string[] | null;
  sensitiveHeaders?: string[] | null;
  httpVersion?: unknown;
  responseEncoding?: string;
};
