/** Makes requests with two clients and closes neither: their connections are idle at the end. */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const clients = [new AsyncClient(), new AsyncClient({ limits: { keepaliveExpiry: null } })];
const answers = await Promise.all(
  clients.flatMap((client) => Array.from({ length: 50 }, () => client.get(url))),
);
console.log(`${answers.filter((response) => response.isSuccess).length} answers`);
