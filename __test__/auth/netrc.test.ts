// NetRCAuth: the entry that a request gets, how the file is parsed, and the errors for unreadable files.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import { NetRCAuth, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";

let folder = "";
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "httpxide-netrc-"));
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function netrc(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `netrc-${++files}`);
  await writeFile(path, content);
  return path;
}

/** The credentials sent to the host: `user:password`, or null. */
async function sent(auth: NetRCAuth, url: string): Promise<string | null> {
  const [step] = await drive(auth, new Request("GET", url), () => new Response(200));
  const { authorization } = step!;
  return authorization && Buffer.from(authorization.replace("Basic ", ""), "base64").toString();
}

const FILE = `# for the tests
machine example.org
  login example-user
  password example-password

machine no-password.example.org login somebody
machine MÜNCHEN.example login m password n
machine ::1 login v6 password six
`;

for (const [url, expected] of [
  ["https://example.org/", "example-user:example-password"],
  ["http://EXAMPLE.ORG:8080/path", "example-user:example-password"],
  ["https://www.example.org/", null],
  ["https://no-password.example.org/", null],
  ["https://münchen.example/", "m:n"],
  ["http://[::1]:8080/", "v6:six"],
] as const) {
  test(`a request to ${url} gets ${expected ?? "nothing"}`, async (t) => {
    t.is(await sent(new NetRCAuth(await netrc(FILE)), url), expected);
  });
}

test("the default entry applies to hosts without an entry, but not to hosts whose entry has no password", async (t) => {
  const auth = new NetRCAuth(await netrc(`default login d password e\n${FILE}`));
  t.is(await sent(auth, "https://elsewhere.example/"), "d:e");
  t.is(await sent(auth, "https://example.org/"), "example-user:example-password");
  t.is(await sent(auth, "https://no-password.example.org/"), null);
});

// The results of Python 3.11's netrc for the same text, except for the marked rows.
for (const [what, text, expected] of [
  ["on one line", "machine h login u password p", "u:p"],
  ["in any order, without a login", "machine h password p", ":p"],
  ["with user for login, and an account", "machine h user u account a password p", "u:p"],
  ["in quotes, with escapes", String.raw`machine "h" login "a b" password "p \" q\\"`, 'a b:p " q\\'],
  ["with escapes and no quotes", String.raw`machine h login a\ b password p\"q`, 'a b:p"q'],
  ["with quotes inside a word", 'machine h login u password pa"ss"', 'u:pa"ss"'],
  ["with an empty password", 'machine h login u password ""\nmachine i login x password y', null],
  ["a second time", "machine h login u password p\nmachine h login v password q", "v:q"],
  ["after comments", "# a b\n#\n#c\nmachine h # d\n login u\n password #p\n", "u:#p"],
  [
    "after comments of several words, which Python refuses",
    "#a b\nmachine h login u\n\n# c d\n password p",
    "u:p",
  ],
  ["between macros", "macdef a\n machine h\n\nmachine h login u password p\nmacdef b\n cd\n\n", "u:p"],
  ["with the line ends of Windows", "machine h\r\n\tlogin u\r\n\tpassword p\r\n", "u:p"],
  ["with a byte order mark, which Python refuses", "\ufeffmachine h login u password p", "u:p"],
  ["with characters beyond ASCII", "machine h login ü password пароль", "ü:пароль"],
  ["not at all", "", null],
] as const) {
  test(`an entry is read ${what}`, async (t) => {
    t.is(await sent(new NetRCAuth(await netrc(text)), "http://h/"), expected);
  });
}

for (const [text, line, reason] of [
  [
    "machine h login hidden\n password hidden hidden\n",
    2,
    "expected login, account, password, machine, default or macdef",
  ],
  ["\nlogin hidden", 2, "expected machine, default or macdef"],
  ["hidden", 1, "expected machine, default or macdef"],
  ["machine h login hidden password", 1, "nothing comes after password"],
  ["# a\nmachine", 2, "nothing comes after machine"],
  ['machine h\nlogin u\npassword "hidden\nmachine i\n', 3, "a quotation mark is not closed"],
  ["machine h\nmacdef m\n  hidden\n", 2, "the macro does not end with an empty line"],
] as const) {
  test(`${JSON.stringify(text)} is malformed: ${reason}`, async (t) => {
    const path = await netrc(text);
    const error = await t.throwsAsync(sent(new NetRCAuth(path), "http://h/"), { instanceOf: SyntaxError });
    t.is(error.message, `Malformed netrc file ${path}, line ${line}: ${reason}`);
    t.false(inspect(error).includes("hidden"));
  });
}

test("a file that is not UTF-8 is malformed", async (t) => {
  const path = await netrc(Buffer.from("machine h login \xfc password p", "latin1"));
  await t.throwsAsync(sent(new NetRCAuth(path), "http://h/"), {
    instanceOf: SyntaxError,
    message: /not UTF-8/,
  });
});

test("the file is read on first use, and once", async (t) => {
  const path = join(folder, "later");
  const auth = new NetRCAuth(path);
  await t.throwsAsync(sent(auth, "http://h/"), { code: "ENOENT" });
  await writeFile(path, "machine h login u password p");
  t.deepEqual(await Promise.all([sent(auth, "http://h/"), sent(auth, "http://h/")]), ["u:p", "u:p"]);
  await rm(path);
  t.is(await sent(auth, "http://h/"), "u:p");
});

test.serial("the default file is .netrc in the home folder", async (t) => {
  const home = await mkdtemp(join(folder, "home-"));
  await withHome(home, async () => {
    await t.throwsAsync(sent(new NetRCAuth(), "http://h/"), { code: "ENOENT", message: /\.netrc/ });
    const path = join(home, ".netrc");
    await writeFile(path, "machine h login u password p", { mode: 0o600 });
    t.is(await sent(new NetRCAuth(), "http://h/"), "u:p");
  });
});

const posix = process.platform === "win32" ? test.skip : test.serial;

posix(
  "a .netrc in the home folder that others can read is not used, unless it holds no secret",
  async (t) => {
    const home = await mkdtemp(join(folder, "home-"));
    const path = join(home, ".netrc");
    await withHome(home, async () => {
      await writeFile(path, "machine h login u password hidden");
      await chmod(path, 0o640);
      const error = await t.throwsAsync(sent(new NetRCAuth(), "http://h/"), {
        message: /other users.*chmod 600/,
      });
      t.true(error.message.startsWith(path));
      t.is(await sent(new NetRCAuth(path), "http://h/"), "u:hidden");
      await writeFile(path, "machine h login anonymous password me@example.org");
      t.is(await sent(new NetRCAuth(), "http://h/"), "anonymous:me@example.org");
    });
  },
);

posix("a .netrc in the home folder that is another user's is not used", async (t) => {
  const home = await mkdtemp(join(folder, "home-"));
  await writeFile(join(home, ".netrc"), "default login u password p", { mode: 0o600 });
  const { getuid } = process;
  await withHome(home, async () => {
    process.getuid = () => getuid!() + 1;
    try {
      await t.throwsAsync(sent(new NetRCAuth(), "http://h/"), { message: /belongs to another user/ });
    } finally {
      process.getuid = getuid!;
    }
  });
});

test("a log shows only the file's name; a name that is not a string is a TypeError", async (t) => {
  const path = await netrc("default login u password hidden");
  const auth = new NetRCAuth(path);
  await sent(auth, "http://h/");
  t.is(inspect(auth), `<NetRCAuth(${inspect(path)})>`);
  t.false(inspect(auth, { showHidden: true, customInspect: false, depth: 9 }).includes("hidden"));
  t.is(inspect(new NetRCAuth()), "<NetRCAuth('~/.netrc')>");
  t.throws(() => new NetRCAuth(5 as never), { instanceOf: TypeError });
});

/** Runs `use` with another home folder, set in the environment. */
async function withHome(home: string, use: () => Promise<void>): Promise<void> {
  const name = process.platform === "win32" ? "USERPROFILE" : "HOME";
  const before = process.env[name];
  process.env[name] = home;
  try {
    await use();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
