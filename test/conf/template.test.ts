import { describe, expect, it } from "vitest";
import { fill, unfill } from "../../conf/template";

const template = "a=1\nenvironment=A=${secret:A},B=${secret:B}\nz=2\n";
const secrets = { A: '"one"', B: '"two"' };
const filled = 'a=1\nenvironment=A="one",B="two"\nz=2\n';

describe("a template", () => {
  it("is filled in one pass: a secret that looks like a placeholder stays as it is", () => {
    expect(fill(template, secrets)).toBe(filled);
    expect(fill("${secret:A} ${secret:B}", { A: "${secret:B}", B: "2" })).toBe("${secret:B} 2");
  });

  it("leaves what is no placeholder of the map", () => expect(fill("${secret:C} $x", secrets)).toBe("${secret:C} $x"));
});

describe("a text from a host", () => {
  it.each([
    ["unchanged", filled, template],
    ["changed elsewhere", filled.replace("z=2", "z=3"), template.replace("z=2", "z=3")],
    ["with another secret", filled.replace("one", "hunter2"), "a=1\nenvironment=[secret, changed by hand]\nz=2\n"],
    [
      "with another line of it",
      filled.replace('A="one",', 'X="hunter2",\n  '),
      "a=1\nenvironment=[secret, changed by hand]\nz=2\n",
    ],
    [
      "with a line more behind it",
      filled.replace("z=2", '  X="hunter2"\n  Y="hunter2"\nz=2'),
      template.replace("z=2", "  [secret, changed by hand]\nz=2"),
    ],
    ["with the secret in another line", filled.replace("a=1", 'a="one"'), template.replace("a=1", "a=${secret:A}")],
  ])("%s shows no secret", (_, text, expected) => {
    const shown = unfill(text, template, secrets);
    expect(shown).toBe(expected);
    expect(shown).not.toMatch(/one|two|hunter2/);
  });

  it("has a secret of several lines in its place", () => {
    const key = { KEY: '"-----BEGIN\n hunter2\n -----END"' };
    const lines = "a=1\nenvironment=KEY=${secret:KEY}\nz=2\n";
    const changed = (text: string) => text.replace("z=2", "z=3");
    expect(unfill(changed(fill(lines, key)), lines, key)).toBe(changed(lines));
    const other = fill(lines, key).replace("hunter2", "hunter3");
    expect(unfill(other, lines, key)).toBe("a=1\nenvironment=[secret, changed by hand]\nz=2\n");
  });
});
