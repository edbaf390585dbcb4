/** Makes a client and does nothing with it. */
import { AsyncClient } from "httpxide";

const client = new AsyncClient();
console.log(client.isClosed ? "closed" : "made");
