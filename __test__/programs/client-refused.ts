/** Makes a client, and prints the code and the message of the error. */
import { AsyncClient } from "httpxide";

try {
  await new AsyncClient().aclose();
  console.log("made");
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  console.log(`${code} ${message}`);
}
