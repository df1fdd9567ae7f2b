import { posix } from "node:path";
import { expand } from "./program/percent";
import { readSections, type Section } from "./program/sections";

/**
 * Where supervisord takes programs from: directory and suffix of the first pattern of `[include] files` that the name
 * of any app fits, e.g. `/etc/supervisord.d/*.ini`; a relative pattern is relative to the main conf. Undefined where
 * there is no such pattern.
 */
export function includedBy(mainConf: string, path: string): { directory: string; suffix: string } | undefined {
  const files = valuesOf(readSections(mainConf).filter(({ name }) => name === "include")).get("files") ?? "";
  const here = posix.dirname(path);
  return files
    .split(/\s+/)
    .map((word) => /^((?:[^*?[]*\/)?)\*(\.[^*?[/]*)?$/.exec(located(word, here) ?? "?"))
    .filter((match) => match !== null)
    .map(([, directory = "", suffix = ".conf"]) => ({ directory: posix.resolve(here, directory), suffix }))[0];
}

/** A door to supervisord. */
export interface Server {
  /** As clients on the same host write it: `unix:///run/supervisor.sock`, `http://127.0.0.1:9001`. */
  url: string;
  username?: string;
  /** A secret. Absent where the conf has only its hash. */
  password?: string;
}

/** The doors that the main conf opens, those through a unix socket first. */
export function serversOf(mainConf: string, path: string): Server[] {
  const sections = readSections(mainConf);
  const here = posix.dirname(path);
  const named = (kind: string) => [
    ...new Set(sections.map(({ name }) => name).filter((name) => name === kind || name.startsWith(`${kind}:`))),
  ];
  const servers = (kind: string, key: string, url: (value: string) => string) =>
    named(kind).flatMap((name): Server[] => {
      const values = valuesOf(sections.filter((section) => section.name === name));
      const value = located(values.get(key) ?? "", here);
      return value ? [{ url: url(value), ...credentialsOf(values) }] : [];
    });
  return [
    ...servers("unix_http_server", "file", (file) => `unix://${posix.resolve(here, file)}`),
    ...servers("inet_http_server", "port", (port) => `http://${addressOf(port)}`),
  ];
}

const valuesOf = (sections: readonly Section[]): Map<string, string> =>
  new Map(sections.flatMap(({ options }) => options).map(({ key, value }) => [key, value]));

/** With `%(here)s` filled in; undefined where only the host itself can tell what is meant. */
function located(value: string, here: string): string | undefined {
  const read = expand(value.replaceAll("%(here)s", here.replaceAll("%", "%%")));
  return "text" in read && !/%\((ENV_\w+|host_node_name)\)/.test(value) ? read.text : undefined;
}

/** `*:9001`, `:9001` and `9001` are all addresses of the host. */
function addressOf(port: string): string {
  const [, host = "", number = port] = /^(.*):(\d+)$/.exec(port) ?? [];
  return `${host === "" || host === "*" ? "127.0.0.1" : host}:${number}`;
}

function credentialsOf(values: ReadonlyMap<string, string>): Pick<Server, "username" | "password"> {
  const [username, password] = [values.get("username"), values.get("password")].map((value) => {
    const read = expand(value ?? "");
    return "text" in read && read.text !== "" ? read.text : undefined;
  });
  const isPlain = password !== undefined && !password.startsWith("{SHA}");
  return { ...(username === undefined ? {} : { username }), ...(isPlain ? { password } : {}) };
}
