import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "./places";
import { Repository } from "./repository";
import { type Config, on, Stack, writes } from "./stack";

/** The examples, set up by the settings of their own READMEs, and a next version of each from `test/host/examples`. */
const apps = ["fastapiapp", "flaskapp", "djangoapp"] as const;
type App = (typeof apps)[number];
const ports = { fastapiapp: 8001, djangoapp: 8002, flaskapp: 8003 };
const secrets = { "fastapiapp.environment.API_TOKEN": "t0ken", "djangoapp.environment.SECRET_KEY": "k3y" };
const packages = {
  fastapiapp: [/~ uvicorn 0\.53\.0 → 0\.54\.0/, /- python-slugify 9\.2\.0/, /\+ anyascii 0\.3\.3/],
  flaskapp: [/~ click 8\.5\.0 → 8\.5\.1/, /- python-dateutil 4\.0\.0/, /\+ humanize 4\.17\.0/],
  djangoapp: [/~ whitenoise 6\.11\.0 → 6\.12\.0/, /- markdown 3\.11\.3/, /\+ mistune 3\.4\.0/],
};
/** Milliseconds: packages and tools come from the index. */
const long = 900_000;

const stack = new Stack("examples");
const repositories = Object.fromEntries(apps.map((app) => [app, new Repository(app)])) as Record<App, Repository>;

function filesBelow(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(directory, name)).isFile() && !name.includes("__pycache__"));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

function settingsOf(app: App): Config {
  const readme = readFileSync(join(root, "examples", app, "README.md"), "utf8");
  const written = parse(/```yaml\n([\s\S]*?)```/.exec(readme)![1]!).config["supervised:apps"][app];
  return { ...written, hosts: ["web1"], repository: repositories[app].url };
}

/** Runs Python on the host, which has `ask` of an app, with its cookies; what it printed. */
const talk = (app: App, lines: string): Promise<string> =>
  on(
    1,
    `python3 - <<'END'
import http.cookiejar, json, re, urllib.parse, urllib.request
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
def ask(path, data=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return opener.open(urllib.request.Request("http://127.0.0.1:${ports[app]}" + path, data, headers), timeout=10).read().decode()
${lines}
END`,
  );
const health = async (app: App) => JSON.parse(await talk(app, 'print(ask("/health"))'));
const versions = async () => Promise.all(apps.map(async (app) => (await health(app)).version));
const slugOf = (title: string) =>
  talk(
    "fastapiapp",
    `print(ask("/slugs", json.dumps({"title": "${title}"}).encode(), Content_Type="application/json", Authorization="Bearer t0ken"))`,
  );
const visit = async () => JSON.parse(await talk("flaskapp", 'print(ask("/visits", b""))'));
const sign = (text: string, more = "") =>
  talk(
    "djangoapp",
    `token = re.search('csrfmiddlewaretoken" value="([^"]+)', ask("/"))[1]
print(ask("/", urllib.parse.urlencode({"csrfmiddlewaretoken": token, "text": "${text}"${more}}).encode()))`,
  );
/** Asked for as the page names it, by a name with its hash. */
const style = () => talk("djangoapp", `print(ask(re.search('href="([^"]+)"', ask("/"))[1]))`);

beforeAll(async () => {
  for (const app of apps) repositories[app].push(filesBelow(join(root, "examples", app)), "The example");
  stack.configure({ apps: Object.fromEntries(apps.map((app) => [app, settingsOf(app)])) });
  for (const [path, secret] of Object.entries(secrets))
    await stack.pulumi("config", "set", "--secret", "--path", `supervised:apps.${path}`, secret);
});
afterAll(async () => {
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("the example apps", () => {
  it(
    "are deployed by the settings of their READMEs",
    async () => {
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(await versions()).toEqual(["1", "1", "1"]);
      expect(await slugOf("Grüße aus Köln")).toBe('{"slug":"grusse-aus-koln"}');
      expect(await visit()).toEqual({ visits: 1 });
      expect(await sign("*Hello* <b>")).toContain("<article><p><em>Hello</em> &lt;b&gt;</p></article>");
      expect(await style()).toContain("solid teal");
      expect(writes(await stack.up())).toEqual([]);
    },
    long,
  );

  it("show the packages of the next version in a preview", async () => {
    for (const app of apps)
      repositories[app].push(filesBelow(join(root, "test/host/examples", app)), "The next version");
    const preview = await stack.preview();
    for (const line of Object.values(packages).flat()) expect(preview.text).toMatch(line);
    expect(preview.text).not.toMatch(/t0ken|k3y/);
  });

  it(
    "are updated: packages, a migration, static files; and what visitors left stays",
    async () => {
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(up.text).toMatch(/2 processes restarted one by one, paused 0 ms/);
      expect(await versions()).toEqual(["2", "2", "2"]);
      expect(await slugOf("Grüße aus Köln")).toBe('{"slug":"grusse-aus-koln"}');
      expect(await visit()).toEqual({ visits: 2, visit: "2nd" });
      const book = await sign("Second", ', "name": "Ann"');
      expect(book).toContain("Ann: <p>Second</p>");
      expect(book).toContain(": <p><em>Hello</em>");
      expect(await style()).toContain("solid crimson");
    },
    long,
  );

  it("are rolled back by hand on the host, each with its own packages and static files", async () => {
    for (const app of apps) expect(await on(1, `${app} rollback --yes`)).toContain("Update process complete.");
    expect(await versions()).toEqual(["1", "1", "1"]);
    expect(await slugOf("Grüße aus Köln")).toBe('{"slug":"grusse-aus-koln"}');
    expect(await visit()).toEqual({ visits: 3 });
    expect(await sign("Third")).toContain("<article><p>Third</p></article>");
    expect(await style()).toContain("solid teal");
    expect((await health("djangoapp")).entries).toBe(3);
  });

  it("go on to the next version with the next up, whose environments are there already", async () => {
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(writes(up).filter((command) => /^build/.test(command))).toEqual([]);
    expect(await versions()).toEqual(["2", "2", "2"]);
    expect((await health("djangoapp")).entries).toBe(3);
  });
});
