/** TLS: the server's certificate is signed by an authority that a client must trust explicitly. */
import { AsyncClient, ConnectError } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual, rejected } from "../check.js";
import { row } from "../screen.js";

export async function tls({ https, ca }: Addresses): Promise<void> {
  await using trusting = new AsyncClient({ verify: { ca } });
  const response = await trusting.get(`${https}/users/7`);
  checkEqual("the user", response.json().name, "Grace Hopper");
  row("verify: { ca }", `${response.statusCode} ${response.reasonPhrase}  ${response.text}`);

  await using strict = new AsyncClient();
  const error = await rejected(strict.get(`${https}/users/7`), ConnectError);
  checkEqual("the phase", error.phase, "tls");
  checkEqual("requestSent", error.requestSent, false);
  row("without it", `${error.name}  code ${error.code}  phase ${error.phase}  sent ${error.requestSent}`);
}
