import build from "./build.py";
import bytecode from "./bytecode.py";
import indexAccess from "./index_access.py";
import interpreters from "./interpreters.py";
import managers from "./managers.py";
import pipSettings from "./pip_settings.py";
import project from "./project.py";
import runner from "./runner.py";
import steps from "./steps.py";
import tools from "./tools.py";

/** Builds an environment; may import `modules`. */
export const builder: string = build;
/** What `builder` and the program that resolves a ref import. */
export const modules: Readonly<Record<string, string>> = {
  bytecode,
  index_access: indexAccess,
  interpreters,
  managers,
  pip_settings: pipSettings,
  project,
  runner,
  steps,
  tools,
};

/** All of them as files, for the host's own update. */
export const programs: Readonly<Record<string, string>> = {
  "build.py": build,
  ...Object.fromEntries(Object.entries(modules).map(([name, text]) => [`${name}.py`, text])),
};
