/** `dispatcher.connect()` and `dispatcher.upgrade()`: a connection that speaks another protocol. */
import type { Duplex } from "node:stream";
import { AbortBySignal } from "./abort-by-signal.js";
import type { Dispatch } from "./dispatch.js";
import { notChanged } from "./errors.js";
import type { Control } from "./handlers.js";
import type { DispatchOptions } from "./message.js";
import type { Fields } from "./request.js";

/** Options of `dispatcher.connect()`. */
export interface ConnectOptions extends Pick<DispatchOptions, "headers"> {
  /** The proxy. */
  origin: string | URL;
  /** Host and port of the server behind it. */
  path: string;
  /** Ends the call: an AbortSignal, or an emitter of "abort". */
  signal?: unknown;
  /** Comes back with the socket. */
  opaque?: unknown;
}

/** Options of `dispatcher.upgrade()`. */
export interface UpgradeOptions extends Pick<DispatchOptions, "headers" | "origin" | "path"> {
  /** @default "GET" */
  method?: string | undefined;
  /** The protocol that the connection is to change to. @default "Websocket" */
  protocol?: string | undefined;
  /** Ends the call: an AbortSignal, or an emitter of "abort". */
  signal?: unknown;
  /** Comes back with the socket. */
  opaque?: unknown;
}

/** What `dispatcher.connect()` and `dispatcher.upgrade()` resolve with. */
export interface DispatcherSocket {
  readonly statusCode: number;
  readonly headers: Fields;
  readonly socket: Duplex;
  // oxlint-disable-next-line typescript/no-explicit-any -- what the caller gave
  readonly opaque: any;
}

/** @internal */
export function connectBy(dispatch: Dispatch, options: ConnectOptions): Promise<DispatcherSocket> {
  return socketBy(dispatch, { ...options, method: "CONNECT" }, "connect");
}

/** @internal */
export function upgradeBy(
  dispatch: Dispatch,
  { protocol, ...options }: UpgradeOptions,
): Promise<DispatcherSocket> {
  const upgrade = protocol || "Websocket";
  return socketBy(dispatch, { ...options, method: options.method ?? "GET", upgrade }, "upgrade");
}

function socketBy(
  dispatch: Dispatch,
  { signal, opaque = null, ...options }: DispatchOptions & Pick<ConnectOptions, "signal" | "opaque">,
  method: "connect" | "upgrade",
): Promise<DispatcherSocket> {
  return new Promise((resolve, reject) => {
    const abortion = new AbortBySignal(signal);
    dispatch(options, {
      onRequestStart: (control: Control) => abortion.watch(control),
      onRequestUpgrade(_control: Control, statusCode: number, headers: Fields, socket: Duplex): void {
        abortion.release();
        resolve({ statusCode, headers, socket, opaque });
      },
      onResponseStart(control: Control, statusCode: number): void {
        if (statusCode >= 200 || statusCode === 101) control.abort(notChanged(statusCode, method));
      },
      onResponseError(_control: Control, error: Error): void {
        abortion.release();
        reject(error);
      },
    });
  });
}
