/** What the kinds of applications have in common, once they are known. */
import type { WireResponse } from "../../response/wire.js";
import type { AppExchange } from "./exchange.js";

/** @internal How an application is to be called. */
export interface AppSettings {
  readonly raiseAppExceptions: boolean;
  /** Checked, and without a slash at its end. */
  readonly rootPath: string;
  readonly client: readonly [address: string, port: number];
}

/** @internal An application that can be called. */
export interface Callable {
  /** Begins one exchange. What goes wrong goes to `exchange.fail`, too; afterwards, nowhere else. */
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
 * @internal Whether an error says by its status that the client is to blame, as those of `http-errors` do: that is an
 * answer, and no failure of the application.
 */
export function blamesClient(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const said = status ?? statusCode;
  return typeof said === "number" && said >= 400 && said < 500;
}
