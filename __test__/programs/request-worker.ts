/**
 * Runs in a worker thread: makes `requests` requests, ten at a time, and posts how many were answered. With -1 it
 * continues, with streams and uploads too, until it is terminated.
 */
import { parentPort, workerData } from "node:worker_threads";
import { AsyncClient } from "httpxide";

const { url, requests } = workerData as { url: string; requests: number };
const client = new AsyncClient({ limits: { maxConnections: 10 } });
let left = requests < 0 ? Number.POSITIVE_INFINITY : requests;
let answered = 0;

async function askOnAndOn(): Promise<void> {
  while (left-- > 0) {
    const response =
      answered % 3 ? await client.get(url) : await client.stream("POST", url, { content: ["up", "load"] });
    await response.aread();
    if (response.isSuccess) answered += 1;
  }
}

await Promise.all(Array.from({ length: 10 }, askOnAndOn));
parentPort?.postMessage(answered, []);
