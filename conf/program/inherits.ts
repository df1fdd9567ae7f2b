import { splitWords } from "./words";

/** Whether the words ask for file descriptor 0, as `--fd 0` or `-b fd://0`. */
const asks = (words: readonly string[], names: readonly string[], value: string): boolean =>
  words.some((word, i) =>
    names.some(
      (name) =>
        (word === name && words[i + 1] === value) || word === `${name}${name.startsWith("--") ? "=" : ""}${value}`,
    ),
  );

/** How servers are told to serve the socket that they are started with. */
const ways: Readonly<Record<string, { names: string[]; value: string } | undefined>> = {
  uvicorn: { names: ["--fd"], value: "0" },
  litestar: { names: ["--fd", "--file-descriptor", "-F"], value: "0" },
  daphne: { names: ["--fd"], value: "0" },
  gunicorn: { names: ["-b", "--bind"], value: "fd://0" },
  hypercorn: { names: ["-b", "--bind"], value: "fd://0" },
  uwsgi: { names: ["--socket", "--http-socket", "-s"], value: "fd://0" },
};

/** Servers that open a port of their own, whatever they are told. */
const unable = new Set(["flask", "fastapi", "waitress-serve", "granian", "bjoern", "runserver", "http.server"]);

/** What hides the server in a command. */
const python = /^python[\d.]*$/;

/** The server of a command, as it is called, and its words. */
function serverOf(words: readonly string[]): [server: string, words: readonly string[]] {
  const [first = "", ...rest] = words;
  const name = first.split("/").at(-1)!;
  const module = rest.indexOf("-m");
  if (python.test(name) && module >= 0) return [rest[module + 1] ?? "", rest.slice(module + 2)];
  if (python.test(name) && /(^|\/)manage\.py$/.test(rest[0] ?? "")) return [rest[1] ?? "", rest.slice(2)];
  return [name, rest];
}

/** Why a command does not serve the socket that supervisord opens for it, with what to write; undefined: it may. */
export function inheritProblem(command: string, socket: string | undefined): string | undefined {
  const [server, words] = serverOf(splitWords(command) ?? []);
  const way = Object.hasOwn(ways, server) ? ways[server] : undefined;
  const example = way && `${way.names[0]} ${way.value}`;
  const asked = way !== undefined && asks(words, way.names, way.value);
  if (socket === undefined)
    return asked ? `should go with socket: ${example} serves a socket that supervisord opens` : undefined;
  if (unable.has(server))
    return `should be a server that can serve an open socket, such as uvicorn --fd 0: ${server} can't, and socket is set`;
  if (way !== undefined && !asked)
    return `should have ${example}: ${server} would open a port of its own, and not serve socket`;
  if (server === "gunicorn" && socket.startsWith("unix:"))
    return "should be another server than gunicorn, or socket one of tcp://: gunicorn takes the file of the socket away when one process ends";
  return undefined;
}
