// The status codes: their names, phrases and classes.
import test from "ava";
import { codes } from "httpxide";

test("codes names every status", (t) => {
  t.is(codes.OK, 200);
  t.is(codes.NOT_FOUND, 404);
  t.is(codes.getReasonPhrase(404), "Not Found");
});

for (const [name, status, phrase] of [
  ["OK", 200, "OK"],
  ["NOT_FOUND", 404, "Not Found"],
  ["IM_A_TEAPOT", 418, "I'm a teapot"],
  ["REQUEST_ENTITY_TOO_LARGE", 413, "Request Entity Too Large"],
  ["CONTENT_TOO_LARGE", 413, "Request Entity Too Large"],
  ["UNPROCESSABLE_CONTENT", 422, "Unprocessable Entity"],
] as const) {
  test(`the status code ${name} is ${status}, in lower case too`, (t) => {
    t.is(codes[name], status);
    t.is((codes as unknown as Record<string, number>)[name.toLowerCase()], status);
    t.is(codes.getReasonPhrase(status), phrase);
  });
}

test("an unknown status has no phrase", (t) => {
  t.is(codes.getReasonPhrase(499), "");
  t.is(codes.getReasonPhrase(Number.NaN), "");
});

test("every boundary status belongs to its class", (t) => {
  const classes = (status: number): string =>
    [
      codes.isInformational(status) && "informational",
      codes.isSuccess(status) && "success",
      codes.isRedirect(status) && "redirect",
      codes.isClientError(status) && "client",
      codes.isServerError(status) && "server",
      codes.isError(status) && "error",
    ]
      .filter(Boolean)
      .join(" ");
  const expected = { 99: "", 100: "informational", 199: "informational", 200: "success", 299: "success" };
  for (const [status, name] of Object.entries({
    ...expected,
    300: "redirect",
    399: "redirect",
    400: "client error",
    499: "client error",
    500: "server error",
    599: "server error",
    600: "",
  })) {
    t.is(classes(Number(status)), name, status);
  }
});
