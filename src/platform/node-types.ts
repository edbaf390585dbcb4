/**
 * Types of Node.js in the public surface. They are those of `@types/node` where a program has them, and structural
 * stand-ins elsewhere: `index.d.ts` imports them behind a `@ts-ignore`, so that it compiles without `@types/node`.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** `Like` where `Type` could not be resolved: such a type is an `any`, which no other type here is. */
type Resolved<Type, Like> = unknown[] extends Type[] ? Like : Type;

/** What a program without `@types/node` sees of an `IncomingMessage` of node:http. */
export interface IncomingMessageLike extends AsyncIterable<Uint8Array> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly httpVersion: string;
  method?: string;
  readonly rawHeaders: string[];
  url?: string;
}

/** What a program without `@types/node` sees of a `ServerResponse` of node:http. */
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

/** What a program without `@types/node` sees of a `Server` of node:http. */
export interface ServerLike {
  readonly listening: boolean;
  emit(event: string, ...values: unknown[]): boolean;
  listen(port?: number): this;
  listeners(event: string): unknown[];
  setTimeout(milliseconds?: number): this;
}

/** An open file, as `fs.promises.open()` gives it. */
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
