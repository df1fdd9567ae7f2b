import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { install } from "../../provider/commands/apt";
import { render } from "../../provider/commands/shell";
import { sandbox } from "./places";
import { tinyApp } from "./repository";
import { connectionTo, on, Stack, tiny } from "./stack";

/** Another apt, as a new machine's own first update: it keeps each lock until somebody has wanted it for a while. */
const otherApt = `
use Fcntl;
sub take {
  open my $file, ">>", shift or die; my $lock = pack "s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0;
  fcntl $file, F_SETLKW, $lock or die "not had: $!\\n"; return $file;
}
sub wanted { my $by = shift; select undef, undef, undef, 0.1 while system "pgrep -f '$by' >/dev/null"; sleep 3; print "let go\\n" }
$| = 1;
my ($lists, $dpkg) = (take("/var/lib/apt/lists/lock"), take("/var/lib/dpkg/lock-frontend"));
print "held\\n";
wanted("apt-ge[t] .*update"); close $lists;
wanted("^apt-ge[t] .*install"); close $dpkg;
`;
const said = () => on(2, "cat /tmp/other-apt.log");

const stack = new Stack("packaged");
const app = tinyApp("packaged");
const configure = (packages: string[]) =>
  stack.configure({
    hosts: { web2: { ...connectionTo(sandbox.host(2)), packages } },
    apps: { packaged: tiny(app.url, 8139, { hosts: ["web2"] }) },
  });

afterAll(async () => {
  configure([]);
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("packages", () => {
  it("wait for another apt that holds its locks", async () => {
    await on(
      2,
      `cat >/tmp/other-apt <<'EOF'\n${otherApt}\nEOF\nsetsid perl /tmp/other-apt >/tmp/other-apt.log 2>&1 </dev/null &`,
    );
    await vi.waitFor(async () => expect(await said()).not.toBe(""), { timeout: 120_000, interval: 200 });
    expect(await said()).toBe("held");
    configure(["tree"]);

    const up = await stack.up();

    expect(up.exitCode, up.text).toBe(0);
    expect(await said()).toMatch(/^held\nlet go\n.*let go$/s);
    expect(await on(2, "tree --version")).toMatch(/^tree v/);
  });

  describe("where an index can't be had", () => {
    const gone = "http://127.0.0.1:9/debian";
    beforeAll(() => on(2, `echo 'deb ${gone} bookworm main' >/etc/apt/sources.list.d/gone.list`));
    afterAll(() => on(2, "rm /etc/apt/sources.list.d/gone.list"));

    it("come from the others", async () => {
      configure(["bc"]);
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(await on(2, "echo 6*7 | bc")).toBe("42");
    });

    it("that none of the others has are told with it", async () => {
      configure(["bc", "no-such-package"]);
      const up = await stack.up();
      expect(up.exitCode).not.toBe(0);
      expect(up.text).toContain("web2 (127.0.0.1): install no-such-package: exit code 100");
      expect(up.text).toContain("E: Unable to locate package no-such-package");
      expect(up.text).toContain(`W: Failed to fetch ${gone}`);
    });
  });
});

describe("a server that breaks off or trickles", () => {
  const server = readFileSync(join(__dirname, "aptServer.py"), "utf8");
  const at = "/tmp/apt-server";
  beforeAll(() => sandbox.bring(2, "python3"));

  it.each([
    ["an index, in its middle", "/a/Release half", 1],
    ["an index, at once", "/a/Release 503", 1],
    ["an index that trickles", "/a/Release trickle", 1],
    ["a list, in its middle", "/a/Packages half", 1],
    ["a list, again and again", "/a/Packages 503", 5],
    ["a package, in its middle", "/a/brittle.deb half", 1],
    ["a package, again and again", "/a/brittle.deb 503", 5],
  ])("is asked again for %s", async (_, how, times) => {
    await on(2, `rm -rf ${at}; mkdir ${at}; cat >${at}/server.py <<'EOF'\n${server}\nEOF`);
    expect(await on(2, `python3 ${at}/server.py ${at} ${how} ${times}`)).toBe("");
    try {
      const limit = how.endsWith("trickle") ? 10 : 600;
      const line = `timeout 60 env APT_CONFIG=${at}/apt.conf ${render(install(["brittle"], limit))}`;
      const { exitCode, stdout } = await sandbox.exec(2, ["sh", "-c", `exec 2>&1; ${line}`]);
      expect(exitCode, String(stdout)).toBe(0);
      expect(await on(2, "dpkg-query -W -f '${db:Status-Status}' brittle")).toBe("installed");
      expect(await on(2, `cat ${at}/broken`)).toBe(".".repeat(times));
    } finally {
      await on(2, `kill $(cat ${at}/pid); dpkg --purge brittle; rm -rf ${at}`);
    }
  });
});
