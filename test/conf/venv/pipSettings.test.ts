import { describe, expect, it } from "vitest";
import { run } from "./python";

const read = (...lines: string[]) =>
  run<unknown>("import pip_settings\nprint(json.dumps(pip_settings.read(input)))", lines.join("\n"));
const places = (variables: Record<string, string>) =>
  run<string[]>(
    `import os, pip_settings
for name in ("PIP_CONFIG_FILE", "XDG_CONFIG_DIRS"): os.environ.pop(name, None)
os.environ.update(input)
print(json.dumps(pip_settings.places("/home/me")))`,
    variables,
  );

describe("what pip is told of indexes", () => {
  it.each<[string, string[], unknown]>([
    ["nothing", [], {}],
    ["one for all", ["[global]", "index-url = http://a/simple/"], { "index-url": ["http://a/simple/"] }],
    ["with another spelling", ["[global]", "Index_URL: http://a/"], { "index-url": ["http://a/"] }],
    [
      "one for installing",
      ["[install]", "index-url = http://b", "[global]", "index-url = http://a"],
      { "index-url": ["http://b"] },
    ],
    [
      "several beside it, and a percent sign",
      ["[global]", "extra-index-url =", "    http://a/", "    http://u:p%40q@b/", "timeout = 60"],
      { "extra-index-url": ["http://a/", "http://u:p%40q@b/"] },
    ],
    ["none", ["[global]", "index-url =", "cert = /x"], {}],
    ["for another command", ["[download]", "index-url = http://a"], {}],
    ["what is no such file", ["index-url = http://secret"], {}],
  ])("is %s", (_, lines, told) => {
    expect(read(...lines)).toEqual(told);
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", "/home/me/.pip/pip.conf", "/home/me/.config/pip/pip.conf"]],
    [
      { XDG_CONFIG_DIRS: "/a:/b", PIP_CONFIG_FILE: "/c" },
      [
        "/a/pip/pip.conf",
        "/b/pip/pip.conf",
        "/etc/pip.conf",
        "/home/me/.pip/pip.conf",
        "/home/me/.config/pip/pip.conf",
        "/c",
      ],
    ],
    [{ PIP_CONFIG_FILE: "/dev/null" }, []],
  ])("is where pip looks, with %j", (variables, paths) => {
    expect(places(variables)).toEqual(paths);
  });
});
