import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { misplacedSecrets, readStack, secretLeaves, secretsOf, writtenIn } from "../../settings/secrets";

const value = { shop: { environment: { KEY: "hunter2", MODE: "fast" }, ref: "master" } };
const file = (key: string, mode = "fast") =>
  `config:\n  supervised:apps:\n    shop:\n      ref: master\n      environment:\n        KEY: ${key}\n        MODE: ${mode}\n`;
const secret = (text: string | undefined) => {
  const isSecret = secretLeaves(value, writtenIn(text), "supervised:apps");
  return [
    ["shop", "environment", "KEY"],
    ["shop", "environment", "MODE"],
    ["shop", "ref"],
  ]
    .filter(isSecret)
    .map((path) => path.at(-1));
};

describe("which leaves are secret", () => {
  it.each<[string, string | undefined, string[]]>([
    ["those that the stack file has encrypted", file("{ secure: v1:abc }"), ["KEY"]],
    ["none where none is encrypted", file("hunter2"), []],
    ["all below a value that is encrypted whole", "config:\n  supervised:apps:\n    secure: v1:abc\n", ["KEY", "MODE"]],
    ["every one that may be, where the file says something else", file("{ secure: v1:abc }", "slow"), ["KEY", "MODE"]],
    ["every one that may be, where there is no file", undefined, ["KEY", "MODE"]],
    ["every one that may be, where it can't be read", "config: [", ["KEY", "MODE"]],
  ])("%s", (_, text, expected) => expect(secret(text)).toEqual(expected));
});

/** The file as the engine hands it over: plain. */
const handedOver = (text: string) => {
  const plain = JSON.parse(JSON.stringify(readStack(text).config), (_, one) => (one?.secure ? "hunter2" : one));
  const table = (name: string) => plain[`supervised:${name}`];
  return { hosts: table("hosts"), apps: table("apps"), defaults: table("defaults") };
};

describe("which leaves are secret where entries share what they have", () => {
  const secretsIn = (text: string, ...paths: string[][]) => {
    const isSecret = secretsOf(handedOver(text), writtenIn(text), "apps");
    return paths.filter(isSecret).map((path) => path.join("."));
  };
  const of = (app: string) => ["A", "B", "C"].map((name) => [app, "environment", name]);

  it("those that came from an encrypted default, unless the app says another", () => {
    const text = `config:
  supervised:defaults: { app: { environment: { A: { secure: v1:a }, B: { secure: v1:b }, C: plain } } }
  supervised:apps:
    shop: { environment: { B: mine, C: { secure: v1:c } } }
    blog: {}
`;
    expect(secretsIn(text, ...of("shop"), ...of("blog"))).toEqual([
      "shop.environment.A",
      "shop.environment.C",
      "blog.environment.A",
      "blog.environment.B",
    ]);
  });

  it("those behind anchors, aliases and merge keys", () => {
    const text = `config:
  supervised:apps:
    shop: &shop
      environment: &shared { A: { secure: v1:a }, B: plain }
      dependencies: { indexUrl: &index { secure: v1:i } }
    blog: { environment: { <<: *shared, B: { secure: v1:b }, C: plain } }
    same: *shop
    like: { <<: *shop, environment: { A: plain }, ref: x }
    index: { dependencies: { indexUrl: *index } }
`;
    const index = (app: string) => [app, "dependencies", "indexUrl"];
    const apps = ["shop", "blog", "same", "like"];
    expect(secretsIn(text, ...apps.flatMap(of), ...apps.map(index), index("index"))).toEqual([
      "shop.environment.A",
      "blog.environment.A",
      "blog.environment.B",
      "same.environment.A",
      ...["shop", "same", "like", "index"].map((app) => `${app}.dependencies.indexUrl`),
    ]);
  });

  it("in a fleet with more aliases than a parser allows by itself", () => {
    const many = Array.from({ length: 300 }, (_, i) => `    app${i}: { <<: *all, environment: *env }\n`).join("");
    const text = `config:
  supervised:apps:
    app: &all { environment: &env { A: { secure: v1:a }, B: plain } }
${many}`;
    expect(() => parse(text, { merge: true })).toThrow("alias");
    expect(secretsIn(text, ...of("app299"))).toEqual(["app299.environment.A"]);
  });

  it("all defaults that may be, where the file says others", () => {
    const text = "config:\n  supervised:apps: { shop: { environment: { B: b } } }\n";
    const given = {
      hosts: {},
      apps: { shop: { environment: { B: "b" } } },
      defaults: { app: { environment: { A: "a" } } },
    };
    expect(of("shop").filter(secretsOf(given, writtenIn(text), "apps"))).toEqual([["shop", "environment", "A"]]);
  });
});

it("a secret where none can be is named", () => {
  const text =
    "config:\n  supervised:apps:\n    shop:\n      ref: { secure: v1:x }\n      environment: { KEY: { secure: v1:y } }\n";
  expect(misplacedSecrets(writtenIn(text), "supervised:apps")).toEqual([["shop", "ref"]]);
  const shared =
    "config:\n  supervised:defaults: { app: { user: { secure: v1:x }, environment: { A: { secure: v1:y } } } }\n";
  expect(misplacedSecrets(writtenIn(shared), "supervised:defaults")).toEqual([["app", "user"]]);
  expect(
    misplacedSecrets(writtenIn("config:\n  supervised:groups: { web: [{ secure: v1:x }] }\n"), "supervised:groups"),
  ).toEqual([["web", "0"]]);
});
