/** Gets the URL that it is given, prints the answer or the error, and leaves the client as it is. */
import { AsyncClient, RequestError } from "httpxide";

const [url = ""] = process.argv.slice(2);
const client = new AsyncClient();
client.get(url).then(
  (response) => console.log(`${response.statusCode} ${response.text}`),
  (error: unknown) =>
    console.log(error instanceof RequestError ? `${error.name} ${error.code}` : String(error)),
);
