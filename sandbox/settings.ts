import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "ini";

/** What a sandbox host is given of this machine's settings, so that it reaches the same package indexes. */
export async function machineSettings(): Promise<Record<string, string>> {
  const files: Record<string, string | undefined> = {
    "ca.crt": readFirst([process.env.SSL_CERT_FILE, "/usr/local/share/ca-certificates/extra.crt"]),
    "pip.conf": pipSettings(),
    "apt.conf": await aptSettings(),
    environment: proxies(),
  };
  return Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

const bundle = "/etc/ssl/certs/ca-certificates.crt";

function pipSettings(): string | undefined {
  const sources = ["/etc/pip.conf", join(homedir(), ".pip/pip.conf"), join(homedir(), ".config/pip/pip.conf")];
  const texts = sources.map((file) => readFirst([file]) ?? "");
  const read = Object.assign({}, ...texts.map((text) => parse(text).global ?? {})) as Record<string, string>;
  for (const key of ["index-url", "extra-index-url", "trusted-host", "proxy", "cert"]) {
    const value = process.env[`PIP_${key.toUpperCase().replaceAll("-", "_")}`];
    if (value) read[key] = value;
  }
  // Paths of this machine mean nothing there; its certificates are in the bundle.
  delete read["find-links"];
  if (read.cert) read.cert = bundle;
  return Object.keys(read).length > 0 ? stringify({ global: read }) : undefined;
}

async function aptSettings(): Promise<string | undefined> {
  const { stdout, failed } = await execa("apt-config", ["dump"], { reject: false });
  if (failed) return undefined;
  return stdout
    .split("\n")
    .filter((line) => /^Acquire::(https?|ftp)::.*Proxy\b.*"\S+"/.test(line))
    .join("\n");
}

function proxies(): string | undefined {
  const names = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
  const lines = names.filter((name) => process.env[name]).map((name) => `${name}=${process.env[name]}\n`);
  return lines.length > 0 ? lines.join("") : undefined;
}

const readFirst = (files: (string | undefined)[]): string | undefined => {
  const file = files.find((path) => path !== undefined && existsSync(path));
  return file === undefined ? undefined : readFileSync(file, "utf8");
};
