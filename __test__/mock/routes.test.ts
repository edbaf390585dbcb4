// The requests that a route of a MockTransport matches.
import test from "ava";
import {
  AsyncClient,
  MockError,
  type MockRouteMatch,
  MockTransport,
  type RequestOptions,
  Response,
} from "httpxide";

type Sent = [method: string, url: string, options?: RequestOptions];

interface Case {
  readonly match: MockRouteMatch;
  readonly yes: readonly Sent[];
  /** The difference that the error names. */
  readonly no: readonly (readonly [Sent, reason: string])[];
}

const users = "https://api.example.org/users";

const cases: Record<string, Case> = {
  "no condition": {
    match: {},
    yes: [
      ["GET", users],
      ["X-ODD", "http://[::1]:8080/"],
    ],
    no: [],
  },
  "a method, in any case": {
    match: { method: "post" },
    yes: [
      ["POST", users],
      ["post", users],
    ],
    no: [[["GET", users], "the method is GET"]],
  },
  "a list of methods": {
    match: { method: ["PUT", "PATCH"] },
    yes: [
      ["PUT", users],
      ["PATCH", users],
    ],
    no: [[["POST", users], "the method is POST"]],
  },
  "an absolute URL, normalised": {
    match: { url: "HTTPS://API.example.org:443/a/../users" },
    yes: [
      ["GET", users],
      ["GET", `${users}?page=2`],
      ["GET", "https://me:pw@api.example.org/users#top"],
    ],
    no: [
      [["GET", "http://api.example.org/users"], "the scheme is http"],
      [["GET", "https://example.org/users"], "the host is example.org"],
      [["GET", "https://api.example.org:8443/users"], "the host and port are api.example.org:8443"],
      [["GET", `${users}/`], "the path is /users/"],
      [["GET", "https://api.example.org/Users"], "the path is /Users"],
    ],
  },
  "a host alone": {
    match: { url: "http://h" },
    yes: [
      ["GET", "http://h"],
      ["GET", "http://h/?a"],
    ],
    no: [[["GET", "http://h/a"], "the path is /a"]],
  },
  "a port": {
    match: { url: "http://[::1]:8080/" },
    yes: [["GET", "http://[::1]:8080"]],
    no: [
      [["GET", "http://[::1]/"], "the host and port are [::1]"],
      [["GET", "http://[::1]:18080/"], "the host and port are [::1]:18080"],
    ],
  },
  "characters that are encoded": {
    match: { url: "/a b/é" },
    yes: [
      ["GET", "http://h/a b/é"],
      ["GET", "http://h/a%20b/%C3%A9"],
    ],
    no: [[["GET", "http://h/a+b/é"], "the path is /a+b/%C3%A9"]],
  },
  "a path on any host": {
    match: { url: "/users" },
    yes: [
      ["GET", users],
      ["GET", "http://[::1]:8080/users?a=1"],
    ],
    no: [[["GET", "http://h/v1/users"], "the path is /v1/users"]],
  },
  "wildcards in every part": {
    match: { url: "*://*.example.org:*/v*/users/*" },
    yes: [
      ["GET", "https://a.b.example.org/v1/users/"],
      ["GET", "http://a.example.org:81/v22/users/7/notes"],
    ],
    no: [
      [["GET", "https://example.org/v1/users/7"], "the host is example.org"],
      [["GET", "https://a.example.org/v1/user/7"], "the path is /v1/user/7"],
    ],
  },
  "a wildcard for the beginning": {
    match: { url: "*/users" },
    yes: [
      ["GET", users],
      ["GET", "http://h/v1/users"],
    ],
    no: [[["GET", "http://h/users/7"], "the URL is http://h/users/7"]],
  },
  "named segments": {
    match: { url: "/users/:id/notes" },
    yes: [["GET", "http://h/users/7/notes"]],
    no: [
      [["GET", "http://h/users//notes"], "the path is /users//notes"],
      [["GET", "http://h/users/7/8/notes"], "the path is /users/7/8/notes"],
    ],
  },
  "a colon inside of a segment": {
    match: { url: "/docs:batch" },
    yes: [["GET", "http://h/docs:batch"]],
    no: [[["GET", "http://h/docs7"], "the path is /docs7"]],
  },
  "a URL object, literally": {
    match: { url: new URL("http://h/:id/*") },
    yes: [["GET", "http://h/:id/*"]],
    no: [[["GET", "http://h/7/8"], "the path is /7/8"]],
  },
  "literal dots": {
    match: { url: "http://a.b/c.d" },
    yes: [["GET", "http://a.b/c.d"]],
    no: [
      [["GET", "http://a.b/cxd"], "the path is /cxd"],
      [["GET", "http://axb/c.d"], "the host is axb"],
    ],
  },
  "a regular expression, used more than once": {
    match: { url: /\/notes\/\d+$/g },
    yes: [
      ["GET", "http://h/notes/7"],
      ["GET", "http://h/notes/8"],
    ],
    no: [[["GET", "http://h/notes/7?token=hush&a=1"], "the URL is http://h/notes/7?token=[secure]&a=1"]],
  },
  "an object with test()": {
    match: { url: { test: (url) => url === "http://h:81/a?b" } },
    yes: [["GET", "http://me:pw@h:81/a?b#c"]],
    no: [[["GET", "http://h:81/a"], "the URL is http://h:81/a"]],
  },
  "a function of the URL": {
    match: { url: (url) => url.searchParams.get("a") === "1" },
    yes: [["GET", "http://h/?b&a=1"]],
    no: [[["GET", "http://h/"], "the URL is http://h/"]],
  },
  "a query in the URL": {
    match: { url: "/users?page=2&tag=a" },
    yes: [
      ["GET", `${users}?page=2&tag=a`],
      ["GET", `${users}?x=1&tag=b&tag=a&page=2`],
    ],
    no: [
      [["GET", `${users}?page=2`], "the parameter tag is missing"],
      [["GET", `${users}?page=22&tag=a`], "the parameter page is another"],
    ],
  },
  "params, as a part of them and in any order": {
    match: { params: { page: 2, tag: ["a", "b"], q: "x y" } },
    yes: [
      ["GET", `${users}?tag=b&q=x+y&z=1&tag=a&page=2`],
      ["GET", users, { params: { tag: ["a", "b"], page: 2, q: "x y" } }],
    ],
    no: [
      [["GET", `${users}?tag=a&q=x%20y&page=2`], "the parameter tag is another"],
      [["GET", `${users}?tag=a&tag=b&q=x%20y`], "the parameter page is missing"],
    ],
  },
  "a value required twice": {
    match: { params: { a: ["1", "1"] } },
    yes: [["GET", "http://h/?a=1&a=1"]],
    no: [[["GET", "http://h/?a=1"], "the parameter a is another"]],
  },
  "headers, with case-insensitive names": {
    match: {
      headers: { "x-id": "1", Accept: /json/g, "X-Fn": (value) => value.length === 2, "x-none": null },
    },
    yes: [
      ["GET", users, { headers: { "X-ID": "1", accept: "application/json", "x-fn": "ab" } }],
      [
        "GET",
        users,
        {
          headers: [
            ["X-Id", "0"],
            ["X-Id", "1"],
            ["Accept", "a/json"],
            ["X-Fn", "ab"],
          ],
        },
      ],
    ],
    no: [
      [["GET", users], "the header x-id is missing"],
      [
        ["GET", users, { headers: { "X-Id": "11", Accept: "json", "X-Fn": "ab" } }],
        "the header x-id is another",
      ],
      [
        ["GET", users, { headers: { "X-Id": "1", Accept: "*/*", "X-Fn": "ab" } }],
        "the header Accept is another",
      ],
      [
        ["GET", users, { headers: { "X-Id": "1", Accept: "json", "X-Fn": "abc" } }],
        "the header X-Fn is another",
      ],
      [
        ["GET", users, { headers: { "X-Id": "1", Accept: "json", "X-Fn": "ab", "X-None": "" } }],
        "there is a header x-none",
      ],
    ],
  },
  "content as text": {
    match: { content: "é" },
    yes: [
      ["POST", users, { content: "é" }],
      ["POST", users, { content: new Uint8Array([0xc3, 0xa9]) }],
    ],
    no: [
      [["POST", users, { content: "e" }], "the content is another (1 bytes)"],
      [["GET", users], "the content is another (0 bytes)"],
    ],
  },
  "content as bytes": {
    match: { content: new Uint8Array([0, 255]) },
    yes: [
      ["POST", users, { content: new Uint8Array([0, 255]) }],
      ["POST", users, { content: [new Uint8Array([0]), new Uint8Array([255])] }],
    ],
    no: [[["POST", users, { content: new Uint8Array([0, 255, 0]) }], "the content is another (3 bytes)"]],
  },
  "content by a regular expression": {
    match: { content: /name="a"[^]*\r\n\r\n1\r\n/y },
    yes: [
      ["POST", users, { content: 'name="a"\r\n\r\n1\r\n' }],
      ["POST", users, { content: 'name="a"\r\n\r\n1\r\n' }],
    ],
    no: [[["POST", users, { content: "a" }], "the content is another (1 bytes)"]],
  },
  "content by a function": {
    match: { content: (bytes) => bytes.byteLength > 2 },
    yes: [["POST", users, { content: "abc" }]],
    no: [[["POST", users, { content: "ab" }], "the content is another (2 bytes)"]],
  },
  "JSON, in any order of its keys": {
    match: { json: { name: "Ada", tags: ["a", { b: null }], at: new Date(0), left: undefined } },
    yes: [
      ["POST", users, { json: { at: "1970-01-01T00:00:00.000Z", tags: ["a", { b: null }], name: "Ada" } }],
      [
        "POST",
        users,
        { content: '{ "name": "Ada", "at": "1970-01-01T00:00:00.000Z",\n "tags": ["a", {"b":null}] }' },
      ],
    ],
    no: [
      [["POST", users], "there is no content"],
      [["POST", users, { content: "{" }], "the content is no JSON"],
      [["POST", users, { json: [] }], "the JSON is a list, not an object"],
      [["POST", users, { json: { name: "Bob" } }], 'the JSON at name is "Bob", not "Ada"'],
      [["POST", users, { json: { name: "Ada" } }], "the JSON at tags is missing, not a list"],
      [
        ["POST", users, { json: { name: "Ada", tags: ["a", {}] } }],
        "the JSON at tags.1.b is missing, not null",
      ],
      [
        [
          "POST",
          users,
          { json: { name: "Ada", tags: ["a", { b: null }], at: "1970-01-01T00:00:00.000Z", more: 1 } },
        ],
        "the JSON at more is 1, not missing",
      ],
    ],
  },
  "JSON with a secret, which is not shown": {
    match: { json: { user: { accessToken: "right" } } },
    yes: [["POST", users, { json: { user: { accessToken: "right" } } }]],
    no: [
      [
        ["POST", users, { json: { user: { accessToken: "wrong" } } }],
        "the JSON at user.accessToken is [secure], not [secure]",
      ],
    ],
  },
  "JSON with keys of Object.prototype": {
    match: { json: { a: {} } },
    yes: [["POST", users, { json: { a: {} } }]],
    no: [[["POST", users, { json: { a: { toString: 1 } } }], "the JSON at a.toString is 1, not missing"]],
  },
  "JSON null": {
    match: { json: null },
    yes: [["POST", users, { content: "null" }]],
    no: [[["POST", users, { json: 0 }], "the JSON is 0, not null"]],
  },
  "JSON by a function": {
    match: { json: (value: { id: number }) => value.id > 6 },
    yes: [["POST", users, { json: { id: 7 } }]],
    no: [[["POST", users, { json: { id: 6 } }], "the JSON is another"]],
  },
  "a form, in any order of its fields": {
    match: { data: { user: "ada", tag: ["a", "b"], on: true } },
    yes: [
      ["POST", users, { data: { on: true, tag: ["a", "b"], user: "ada" } }],
      ["POST", users, { content: "tag=a&user=ada&tag=b&on=true" }],
    ],
    no: [
      [["POST", users, { data: { user: "ada", tag: ["b", "a"], on: true } }], "the form's tag is another"],
      [["POST", users, { data: { user: "ada", on: true } }], "the form's tag is missing"],
      [
        ["POST", users, { data: { user: "ada", tag: ["a", "b"], on: true, x: 1 } }],
        "the form's x is another",
      ],
    ],
  },
  "anything else": {
    match: { where: (request) => request.headers.get("host") === "h" && request.content.length === 1 },
    yes: [["POST", "http://h/", { content: [new Uint8Array(1)] }]],
    no: [[["GET", "http://h/"], "where says no"]],
  },
};

for (const [name, { match, yes, no }] of Object.entries(cases)) {
  test(`a route matches by ${name}`, async (t) => {
    const mock = new MockTransport();
    const route = mock.route(match).reply(204);
    await using client = new AsyncClient({ transport: mock });
    for (const [method, url, options] of yes) {
      t.is((await client.request(method, url, options)).statusCode, 204, `${method} ${url}`);
    }
    t.is(route.callCount, yes.length);
    for (const [[method, url, options], reason] of no) {
      const error = await t.throwsAsync(client.request(method, url, options), { instanceOf: MockError });
      const [, line = ""] = error.message.split("\n");
      t.is(line.slice(line.indexOf(`${String(route)}: `) + String(route).length + 2), reason, error.message);
    }
    t.is(route.callCount, yes.length);
    t.is(mock.callCount, yes.length + no.length);
  });
}

test("all conditions of a route must hold", async (t) => {
  const mock = new MockTransport();
  mock.post("/users", { params: { a: 1 }, headers: { x: "1" }, json: { b: 2 } });
  await using client = new AsyncClient({ transport: mock, baseUrl: "http://h" });
  const good: Required<Pick<RequestOptions, "params" | "headers" | "json">> = {
    params: { a: 1 },
    headers: { x: "1" },
    json: { b: 2 },
  };
  t.is((await client.post("/users", good)).statusCode, 200);
  for (const bad of [{ params: { a: 2 } }, { headers: { x: "2" } }, { json: { b: 3 } }]) {
    await t.throwsAsync(client.post("/users", { ...good, ...bad }), { instanceOf: MockError });
  }
});

test("the first matching route answers", async (t) => {
  const mock = new MockTransport();
  mock.get("/users/me").reply(200, { text: "me" });
  mock.get("/users/:id").reply((_request, { id }) => new Response(200, { text: `user ${id}` }));
  mock.route().reply(418);
  await using client = new AsyncClient({ transport: mock, baseUrl: "http://h" });
  t.is((await client.get("/users/me")).text, "me");
  t.is((await client.get("/users/a%2Fb%20%")).text, "user a/b %");
  t.is((await client.post("/users/me")).statusCode, 418);
  t.deepEqual(
    mock.routes.map((route) => route.callCount),
    [1, 1, 1],
  );
});

test("each verb has a method that makes a route for that verb only", async (t) => {
  const mock = new MockTransport();
  for (const verb of ["get", "options", "head", "post", "put", "patch", "delete"] as const) mock[verb]("/");
  await using client = new AsyncClient({ transport: mock });
  for (const verb of ["delete", "patch", "put", "post", "head", "options", "get"] as const)
    await client[verb]("http://h/");
  t.deepEqual(
    mock.routes.map((route) => route.calls.map(({ request }) => request.method).join()),
    ["GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  );
});

test("conditions that no request can meet are refused when the route is made", (t) => {
  const mock = new MockTransport();
  for (const url of ["users", "", "//h/users", "http://a b/", "http://h:1x/", 7, null, {}]) {
    t.throws(() => mock.get(url as string), { instanceOf: TypeError }, String(url));
  }
  t.throws(() => mock.route({ method: "GE T" }), { message: /Illegal method/ });
  t.throws(() => mock.route({ json: { a: Number.NaN } }), { instanceOf: RangeError });
  t.throws(() => mock.get("/:id/notes/:id"), { instanceOf: TypeError, message: /two segments named id/ });
  t.throws(() => mock.get("/", { header: { a: "1" } } as never), {
    instanceOf: TypeError,
    message: /"header"/,
  });
  t.throws(() => mock.get("/", { headers: { a: 1 as never } }), { instanceOf: TypeError, message: /header/ });
  t.throws(() => mock.route({ content: 7 as never }), { instanceOf: TypeError, message: /content to match/ });
  t.deepEqual(mock.routes, []);
});

test("the exception of a predicate reaches the caller", async (t) => {
  const failure = new Error("no");
  const mock = new MockTransport();
  mock.route({
    where: () => {
      throw failure;
    },
  });
  await using client = new AsyncClient({ transport: mock });
  t.is(await t.throwsAsync(client.get("http://h/")), failure);
});

test("a predicate that returns a promise is refused", async (t) => {
  const later = (async () => false) as never;
  for (const match of [
    { where: later },
    { json: later },
    { content: later },
    { url: later },
    { headers: { a: later } },
  ]) {
    const mock = new MockTransport();
    mock.route(match);
    await using client = new AsyncClient({ transport: mock });
    await t.throwsAsync(client.post("http://h/", { json: 1, headers: { a: "1" } }), {
      instanceOf: TypeError,
      message: /not with a promise/,
    });
  }
});

test("headers to match can be pairs", async (t) => {
  for (const headers of [[["X-Id", "1"]] as const, new Map([["X-Id", "1"]]), new Headers({ "X-Id": "1" })]) {
    const mock = new MockTransport();
    mock.get("/", { headers }).reply(204);
    await using client = new AsyncClient({ transport: mock, baseUrl: "http://h" });
    t.is((await client.get("/", { headers: { "X-Id": "1" } })).statusCode, 204);
    await t.throwsAsync(client.get("/"), { instanceOf: MockError });
  }
});

test("a function of the URL cannot change the request's URL", async (t) => {
  const mock = new MockTransport();
  mock.route({
    url: (url) => {
      url.pathname = "/elsewhere";
      return true;
    },
  });
  await using client = new AsyncClient({ transport: mock });
  t.is((await client.get("http://h/here")).url.pathname, "/here");
});
