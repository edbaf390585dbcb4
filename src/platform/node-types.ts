/**
 * Types of Node.js in the public surface: those of `@types/node` where a program has them, otherwise structural
 * stand-ins. `index.d.ts` imports them behind a `@ts-ignore`, so that it compiles without `@types/node`.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** `Like` where `Type` could not be resolved: such a type is `any`, unlike every other type here. */
type Resolved<Type, Like> = unknown[] extends Type[] ? Like : Type;

/** An `IncomingMessage` of node:http, for a program without `@types/node`. */
export interface IncomingMessageLike extends AsyncIterable<Uint8Array> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly httpVersion: string;
  method?: string;
  readonly rawHeaders: string[];
  url?: string;
}

/** A `ServerResponse` of node:http, for a program without `@types/node`. */
export interface ServerResponseLike {
  readonly headersSent: boolean;
  statusCode: number;
  statusMessage: string;
  end(chunk?: string | Uint8Array): this;
  getHeader(name: string): string | number | string[] | undefined;
  setHeader(name: string, value: string | number | readonly string[]): this;
  write(chunk: string | Uint8Array): boolean;
  writeHead(statusCode: number, headers?: Readonly<Record<string, string | number | string[]>>): this;
}

/** A `Server` of node:http, for a program without `@types/node`. */
export interface ServerLike {
  readonly listening: boolean;
  emit(event: string, ...values: unknown[]): boolean;
  listen(port?: number): this;
  listeners(event: string): unknown[];
  setTimeout(milliseconds?: number): this;
}

/** An open file, as returned by `fs.promises.open()`. */
export interface FileHandleLike {
  readonly fd: number;
  close(): Promise<void>;
  stat(): Promise<{ readonly size: number }>;
}

/** `IncomingMessage` of node:http */
export type NodeIncomingMessage = Resolved<IncomingMessage, IncomingMessageLike>;

/** `ServerResponse` of node:http */
export type NodeServerResponse = Resolved<ServerResponse, ServerResponseLike>;

/** `Server` of node:http */
export type NodeServer = Resolved<Server, ServerLike>;
