/** The common interface of all kinds of applications. */
import type { WireResponse } from "../../response/wire.js";
import type { AppExchange } from "./exchange.js";

/** @internal How to call an application. */
export interface AppSettings {
  readonly raiseAppExceptions: boolean;
  /** Checked, without a trailing slash. */
  readonly rootPath: string;
  readonly client: readonly [address: string, port: number];
}

/** @internal An application that can be called. */
export interface Callable {
  /** Begins one exchange. A failure goes to `exchange.fail` too; after its end, only there. */
  call(exchange: AppExchange): Promise<WireResponse>;
  /** Before the first call. */
  start?(): Promise<void>;
  /** After the last one. */
  stop?(): Promise<void>;
}

/** @internal */
export function familyOf(address: string): "IPv4" | "IPv6" {
  return address.includes(":") ? "IPv6" : "IPv4";
}

/**
 * @internal Whether the status of an error blames the client, as in `http-errors`: that is a response, not a failure of
 * the application.
 */
export function blamesClient(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const said = status ?? statusCode;
  return typeof said === "number" && said >= 400 && said < 500;
}
