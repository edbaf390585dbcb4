/** Gets the URL that it is given, and catches nothing. */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
await new AsyncClient().get(url);
