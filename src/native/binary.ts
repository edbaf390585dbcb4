/**
 * What the compiled engine exports: the counterpart of `crates/binding`, whose `bridge.rs` says what each function
 * does. Nothing outside this folder sees it.
 */
import { loadNative } from "./load.js";

/** Options of a native client; `undefined` is no limit, or the absence of what is named. @internal */
export interface NativeClientOptions {
  maxConnections?: number | undefined;
  maxKeepaliveConnections?: number | undefined;
  keepaliveExpiry?: number | undefined;
  maxConnectionsPerHost?: number | undefined;
  uds?: string | undefined;
  retries: number;
  maxResponseBytes?: number | undefined;
  verify: boolean;
  checkHostname: boolean;
  ca?: string[] | undefined;
  system: boolean;
  trustEnv: boolean;
}

/** @internal */
export interface NativeFailure {
  kind: number;
  phase: number;
  requestSent: number;
  code: string;
  message: string;
}

/** @internal */
export interface NativeCounts {
  origin: string;
  active: number;
  idle: number;
  connecting: number;
  queued: number;
  inFlight: number;
}

/** @internal */
export interface NativeStats {
  total: NativeCounts;
  origins: NativeCounts[];
}

/** One for each JavaScript environment. @internal */
export interface NativeBridge {
  openClient(number: number, options: NativeClientOptions): void;
  submit(records: Buffer, length: number, attachments?: Uint8Array[]): void;
  take(into: Buffer, first: boolean): number;
  takeBody(number: number): Uint8Array;
  read(number: number, raw: boolean): Uint8Array | null | undefined;
  downloaded(number: number): number;
  failure(number: number): NativeFailure | null;
  trailers(number: number): string;
  forget(number: number): void;
  hold(hold: boolean): void;
  now(): number;
  stats(client: number): NativeStats;
}

interface NativeBinary {
  Bridge: new (onCompletions: () => void) => NativeBridge;
}

/** Connects this environment to an I/O thread. @internal */
export function connectBridge(onCompletions: () => void): NativeBridge {
  const { Bridge } = loadNative() as NativeBinary;
  return new Bridge(onCompletions);
}
