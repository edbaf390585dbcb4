/** Clients that are made in an environment of their own: that of the proxies. */
import { AsyncClient } from "httpxide";

export type Environment = Readonly<Record<string, string>>;

const OURS = /^(http|https|all|no)_proxy$|^REQUEST_METHOD$/i;

/** Makes a client in this environment, which a client reads once. */
export function clientIn(
  environment: Environment,
  make: () => AsyncClient = () => new AsyncClient(),
): AsyncClient {
  const saved = Object.entries(process.env).filter(([name]) => OURS.test(name));
  for (const [name] of saved) delete process.env[name];
  Object.assign(process.env, environment);
  try {
    return make();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    for (const [name, value] of saved) process.env[name] = value;
  }
}
