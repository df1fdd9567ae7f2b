import { expect, it, vi } from "vitest";
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
wanted("apt-ge[t] -q update"); close $lists;
wanted("apt-ge[t] .*install"); close $dpkg;
`;
const said = () => on(2, "cat /tmp/other-apt.log");

it("wait for another apt that holds its locks", async () => {
  const stack = new Stack("packaged");
  const app = tinyApp("packaged");
  stack.configure({
    hosts: { web2: { ...connectionTo(sandbox.host(2)), packages: ["tree"] } },
    apps: { packaged: tiny(app.url, 8139, { hosts: ["web2"] }) },
  });
  await on(
    2,
    `cat >/tmp/other-apt <<'EOF'\n${otherApt}\nEOF\nsetsid perl /tmp/other-apt >/tmp/other-apt.log 2>&1 </dev/null &`,
  );
  await vi.waitFor(async () => expect(await said()).not.toBe(""), { timeout: 120_000, interval: 200 });
  expect(await said()).toBe("held");

  const up = await stack.up();

  expect(up.exitCode, up.text).toBe(0);
  expect(await said()).toMatch(/^held\nlet go\n.*let go$/s);
  expect(await on(2, "tree --version")).toMatch(/^tree v/);
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});
