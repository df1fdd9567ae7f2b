import access from "./access.py";
import cache from "./cache.py";
import deliver from "./deliver.py";
import resolve from "./resolve.py";
import submodules from "./submodules.py";

/** Tells what a ref stands for; asked on standard input. Needs `modules`. */
export const resolver: string = resolve;
/** Brings a commit to a checkout; asked on standard input. Needs `modules`. */
export const deliverer: string = deliver;
/** What both import. */
export const modules: Readonly<Record<string, string>> = { access, cache, submodules };

/** The same as files, for the updates by hand. */
export const programs: Readonly<Record<string, string>> = {
  "access.py": access,
  "cache.py": cache,
  "deliver.py": deliver,
  "resolve.py": resolve,
  "submodules.py": submodules,
};
