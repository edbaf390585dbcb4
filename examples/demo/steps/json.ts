/** JSON, received and sent. */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { row } from "../screen.js";

export async function json({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient({ baseUrl: http });

  const user = await client.get("/users/7");
  checkEqual("the status", user.statusCode, 200);
  checkEqual("the user", user.json(), { id: 7, name: "Grace Hopper" });
  row("GET /users/7", `${user.statusCode} ${user.reasonPhrase}  ${user.text}`);

  const created = await client.post("/users", { json: { name: "Katherine Johnson" } });
  checkEqual("the status", created.statusCode, 201);
  const location = created.headers.get("location") ?? "";
  row("POST /users", `${created.statusCode} ${created.reasonPhrase}  Location: ${location}`);

  const found = await client.get(location);
  checkEqual("the created user", found.json(), created.json());
  row(`GET ${location}`, `${found.statusCode} ${found.reasonPhrase}  ${found.text}`);
}
