/** Gets the URL in its argument and catches nothing. */
import { AsyncClient } from "httpxide";

const [url = ""] = process.argv.slice(2);
await new AsyncClient().get(url);
