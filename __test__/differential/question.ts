/** What both clients are asked, in the names of this one, and what they answer. `httpx_runner.py` reads and writes it. */
import type { Environment } from "../helpers/proxy-environment.js";

export type ProxyOption =
  | string
  | { readonly url: string; readonly auth?: [string, string]; readonly headers?: Record<string, string> };

/** A transport with a proxy or without one, or a mock that answers with a text. */
export type Mount = null | { readonly proxy?: ProxyOption } | { readonly text: string };

export interface ClientQuestion {
  readonly proxy?: ProxyOption;
  readonly mounts?: Readonly<Record<string, Mount>>;
  readonly transport?: { readonly text: string };
  readonly trustEnv?: boolean;
  readonly http2?: boolean;
  readonly followRedirects?: boolean;
}

export interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: string;
}

/** A client in an environment, and the calls that it makes one after the other. */
export interface Question {
  /** The variables of proxies. */
  readonly environment?: Environment;
  readonly client?: ClientQuestion;
  readonly calls: readonly Call[];
  /** Whether each call ends where its first connection begins. */
  readonly firstHop: boolean;
  /** The authority that signed the certificates of the servers, as PEM. */
  readonly ca?: string;
}

/** The outcome of a call, or of making the client. */
export type Answer =
  | { readonly hop: string }
  | { readonly error: string }
  | { readonly refused: true }
  | {
      readonly status: number;
      readonly text: string;
      readonly httpVersion: string;
      readonly history: number[];
    };
