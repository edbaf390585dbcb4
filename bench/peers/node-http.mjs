// node:http and node:https with a keep-alive Agent. They do not decode content codings.
import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export async function open({ connections, ca }) {
  const options = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  const agents = { "http:": new http.Agent(options), "https:": new https.Agent({ ...options, ca }) };

  function send(url, method, write) {
    return new Promise((resolve, reject) => {
      const { protocol } = new URL(url);
      const { request } = protocol === "https:" ? https : http;
      const outgoing = request(url, { method, agent: agents[protocol] }, resolve).once("error", reject);
      write(outgoing, reject);
    });
  }
  const withoutBody = (outgoing) => outgoing.end();

  async function lengthOf(response) {
    let length = 0;
    for await (const chunk of response) length += chunk.length;
    return length;
  }

  async function bodyOf(response) {
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  return {
    load: { import: "node:http", require: "node:http" },
    get: (url) => send(url, "GET", withoutBody).then(async (response) => (await bodyOf(response)).length),
    json: (url) =>
      send(url, "GET", withoutBody).then(async (response) => JSON.parse((await bodyOf(response)).toString())),
    stream: (url) => send(url, "GET", withoutBody).then(lengthOf),
    async upload(url, chunks) {
      const write = (outgoing, reject) => pipeline(Readable.from(chunks), outgoing).catch(reject);
      const response = await send(url, "POST", write);
      let text = "";
      for await (const chunk of response.setEncoding("latin1")) text += chunk;
      return Number(text);
    },
    async close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
