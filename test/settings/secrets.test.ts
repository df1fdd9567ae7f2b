import { describe, expect, it } from "vitest";
import { misplacedSecrets, secretLeaves } from "../../settings/secrets";

const value = { shop: { environment: { KEY: "hunter2", MODE: "fast" }, ref: "master" } };
const file = (key: string, mode = "fast") =>
  `config:\n  supervised:apps:\n    shop:\n      ref: master\n      environment:\n        KEY: ${key}\n        MODE: ${mode}\n`;
const secret = (text: string | undefined) => {
  const isSecret = secretLeaves(value, text, "supervised:apps");
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

it("a secret where none can be is named", () => {
  const text =
    "config:\n  supervised:apps:\n    shop:\n      ref: { secure: v1:x }\n      environment: { KEY: { secure: v1:y } }\n";
  expect(misplacedSecrets(text, "supervised:apps")).toEqual([["shop", "ref"]]);
});
