/** Gets the URL in its argument, prints the response or the error, and does not close the client. */
import { AsyncClient, RequestError } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient({ timeout: null });
client.get(url).then(
  (response) => console.log(`${response.statusCode} ${response.text}`),
  (error: unknown) =>
    console.log(error instanceof RequestError ? `${error.name} ${error.code}` : String(error)),
);
