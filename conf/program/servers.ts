const has = (...options: string[]) => {
  const asked = new RegExp(`^(${options.join("|")})(=.*|\\d+)?$`);
  return (words: readonly string[]) => words.some((word) => asked.test(word));
};
const always = () => true;

/** Programs that leave the work to processes of their own, and when they do. */
const parents: Record<string, (words: readonly string[]) => boolean> = {
  gunicorn: always,
  uwsgi: has("--processes", "-p", "--workers", "--master", "-M"),
  uvicorn: has("--workers", "--reload"),
  hypercorn: has("--workers", "-w", "--reload"),
  granian: always,
  daphne: () => false,
  litestar: has("--web-concurrency", "--wc", "-W", "--reload", "-r", "--reload-dir", "-R"),
  fastapi: (words) => words[1] === "dev" || has("--workers", "--reload")(words),
  flask: has("--debug", "--reload"),
  celery: has("worker"),
  uv: has("run"),
  uvx: always,
  poetry: has("run"),
  pipenv: has("run"),
  pdm: has("run"),
  hatch: has("run"),
  npm: always,
  npx: always,
  sudo: always,
  su: always,
  runuser: always,
};
const shells = /^(ba|da|z|k)?sh$/;
const wrappers = /^(env|nice|ionice|nohup|exec|stdbuf|timeout)$/;
const python = /^python[\d.]*$/;

/** What of a command starts further processes, which a stop without stopasgroup leaves behind; as it is called. */
export function startsProcesses(words: readonly string[]): string | undefined {
  const [first = "", ...rest] = words;
  const name = first.split("/").at(-1)!;
  if (shells.test(name)) {
    const at = rest.findIndex((word) => /^-\w*c$/.test(word));
    // `exec` puts the program in the place of the shell.
    return at < 0 || /^\s*exec\s[^;&|]*$/.test(rest[at + 1] ?? "") ? undefined : `${name} -c`;
  }
  if (wrappers.test(name)) {
    const next = rest.findIndex((word) => !/^-|=|^\d+$/.test(word));
    return next < 0 ? undefined : startsProcesses(rest.slice(next));
  }
  if (python.test(name)) {
    const at = rest.indexOf("-m");
    if (at >= 0) return startsProcesses(rest.slice(at + 1));
    return /(^|\/)manage\.py$/.test(rest[0] ?? "") && rest[1] === "runserver" ? "runserver" : undefined;
  }
  return parents[name]?.(words) ? name : undefined;
}
