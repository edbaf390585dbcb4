// axios reads the proxies of the environment at each call, and so does httpxide/axios.
import test from "ava";
import { create } from "axios";
import { adapter } from "httpxide/axios";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";

test.serial("a proxy that the environment names after the first call is used", async (t) => {
  await using server = await startHttpServer(answering("here"));
  await using proxy = await startProxyServer();
  const api = create({ adapter });
  t.is((await api.get<string>(server.url)).data, "here");
  t.is(proxy.requests.length, 0);
  process.env["http_proxy"] = proxy.url;
  try {
    t.is((await api.get<string>(server.url)).data, "here");
    t.is(proxy.requests.length, 1);
  } finally {
    delete process.env["http_proxy"];
  }
  t.is((await api.get<string>(server.url)).data, "here");
  t.is(proxy.requests.length, 1);
});
