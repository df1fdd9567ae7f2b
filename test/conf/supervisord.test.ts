import { describe, expect, it } from "vitest";
import { includedBy } from "../../conf/supervisord";

describe("where the conf of a program goes", () => {
  it.each<[string[], { directory: string; suffix: string } | undefined]>([
    [["/etc/supervisor/conf.d/*.conf"], { directory: "/etc/supervisor/conf.d", suffix: ".conf" }],
    [["/etc/supervisord.d/*.ini"], { directory: "/etc/supervisord.d", suffix: ".ini" }],
    [["/a/*.ini", "/b/*.conf"], { directory: "/a", suffix: ".ini" }],
    [["/one.conf", "/etc/two.d/*.conf"], { directory: "/etc/two.d", suffix: ".conf" }],
    [["/etc/conf.d/*"], { directory: "/etc/conf.d", suffix: ".conf" }],
    [["/etc/conf.d/*.supervisor.conf"], { directory: "/etc/conf.d", suffix: ".supervisor.conf" }],
    [["/srv/*/app.conf", "/x/a*.conf", "/x/?*.conf"], undefined],
    [["/etc/one.conf"], undefined],
    [[], undefined],
  ])("%j", (patterns, expected) => expect(includedBy(patterns)).toEqual(expected));
});
