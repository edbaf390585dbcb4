/** Opens a stream and reads none of it. */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
const response = await new AsyncClient().stream("GET", url);
console.log(response.statusCode);
