/** This package's side of a comparison. */
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  type AsyncTransport,
  MockTransport,
  Proxy,
  Response,
} from "httpxide";
import { FirstHop, stopAtFirstHop } from "../helpers/first-hop.js";
import { clientIn } from "../helpers/proxy-environment.js";
import type { Answer, Call, ClientQuestion, Mount, ProxyOption, Question } from "./question.js";

type Verify = { readonly ca: string } | true;

/** The answers to the calls, in their order. */
export async function answersOf(question: Question): Promise<Answer[]> {
  const verify: Verify = question.ca === undefined ? true : { ca: question.ca };
  let client: AsyncClient;
  try {
    client = clientIn(question.environment ?? {}, () => makeClient(question.client ?? {}, verify));
  } catch {
    return [{ refused: true }];
  }
  await using open = client;
  const answers: Answer[] = [];
  for (const call of question.calls) answers.push(await answerOf(open, call, question.firstHop));
  return answers;
}

function makeClient(options: ClientQuestion, verify: Verify): AsyncClient {
  const { proxy, mounts, transport, ...rest } = options;
  const given: AsyncClientOptions = { ...rest };
  if (proxy !== undefined) given.proxy = makeProxy(proxy, verify);
  if (transport === undefined) given.verify = verify;
  else given.transport = makeMount(transport, verify)!;
  if (mounts !== undefined) {
    given.mounts = Object.fromEntries(
      Object.entries(mounts).map(([pattern, mount]) => [pattern, makeMount(mount, verify)]),
    );
  }
  return new AsyncClient(given);
}

function makeProxy(option: ProxyOption, verify: Verify): Proxy {
  const { url, ...rest } = typeof option === "string" ? { url: option } : option;
  return new Proxy(url, url.startsWith("https:") ? { ...rest, verify } : rest);
}

function makeMount(mount: Mount, verify: Verify): AsyncTransport | null {
  if (mount === null) return null;
  if ("text" in mount) return new MockTransport(() => new Response(200, { text: mount.text }));
  const { proxy } = mount;
  return new AsyncHTTPTransport(
    proxy === undefined ? { verify } : { verify, proxy: makeProxy(proxy, verify) },
  );
}

async function answerOf(client: AsyncClient, call: Call, firstHop: boolean): Promise<Answer> {
  const { url, method = "GET", ...options } = call;
  const extensions = firstHop ? { trace: stopAtFirstHop } : {};
  try {
    const response = await client.request(method, url, { ...options, extensions });
    return {
      status: response.statusCode,
      text: response.text,
      httpVersion: response.httpVersion,
      history: response.history.map(({ statusCode }) => statusCode),
    };
  } catch (error) {
    if (error instanceof FirstHop) return { hop: error.hop };
    return { error: (error as Error).constructor.name };
  }
}
