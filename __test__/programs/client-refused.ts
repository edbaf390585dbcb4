/** Makes a client, and prints the code and the message of the error, and its stack. */
import { AsyncClient } from "httpxide";

try {
  await new AsyncClient().aclose();
  console.log("made");
} catch (error) {
  const { code, message, stack } = error as Error & { code?: string };
  console.log(`${code} ${message}`);
  console.log(stack);
}
