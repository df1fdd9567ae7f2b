import { parse } from "smol-toml";

/** Of a recipe: what says which packages of a lock are installed. */
interface Chosen {
  manager: string;
  extras: readonly string[];
  groups: readonly string[];
}

/** A package of uv.lock, poetry.lock or pdm.lock. */
interface Locked {
  name: string;
  version?: string;
  source?: Record<string, unknown>;
  groups?: string[];
  optional?: boolean;
  dependencies?: Edge[] | object;
  "optional-dependencies"?: Record<string, Edge[]>;
  "dev-dependencies"?: Record<string, Edge[]>;
}
interface Edge {
  name: string;
  extra?: string[];
}

/**
 * Versions by name of what will be installed, as far as the files tell: `==` of requirements, and locks without what
 * belongs to other groups and extras. Several versions, for several kinds of machine, are all told. A file that can't
 * be read tells none: its own tool says what is wrong with it.
 */
export function packagesOf(chosen: Chosen, files: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return collect(found(chosen, files));
  } catch {
    return {};
  }
}

function found(chosen: Chosen, files: Readonly<Record<string, string>>): [string, string][] {
  const lock = (name: string) => (parse(files[name] ?? "") as { package?: Locked[] }).package ?? [];
  switch (chosen.manager) {
    case "uv":
      return reachable(lock("uv.lock"), chosen).map(versionOf);
    case "poetry":
      return lock("poetry.lock")
        .filter(({ groups = ["main"] }) => isAsked(groups, ["main", ...chosen.groups]))
        .filter(({ optional }) => !optional || chosen.extras.length + chosen.groups.length > 0)
        .map(versionOf);
    case "pdm":
      return lock("pdm.lock")
        .filter(({ groups = ["default"] }) => isAsked(groups, ["default", ...chosen.groups, ...chosen.extras]))
        .map(versionOf);
    case "pipenv":
      return pipfileLock(files["Pipfile.lock"] ?? "{}", chosen);
    case "pyproject":
      return requirements(projectLines(files["pyproject.toml"] ?? ""));
    default:
      return requirements(Object.values(files).flatMap((text) => text.split("\n")));
  }
}

const isAsked = (groups: readonly string[], asked: readonly string[]): boolean =>
  groups.some((group) => asked.map(normal).includes(normal(group)));

const normal = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();

const versionOf = ({ name, version = "", source = {} }: Locked): [string, string] => {
  // A repository's commit is what tells two of the same version apart: poetry's own key, or the end of uv's URL.
  const commit = source.resolved_reference ?? /#([0-9a-f]{40})$/.exec(String(source.git ?? ""))?.[1];
  return [name, commit === undefined ? version : `${version} (${String(commit).slice(0, 7)})`];
};

/** uv.lock says what needs what; its own packages, which are not installed, are where one begins. */
function reachable(packages: readonly Locked[], { extras, groups }: Chosen): Locked[] {
  const isOwn = ({ source = {} }: Locked) => ["virtual", "editable", "directory"].some((kind) => kind in source);
  const isRoot = ({ source = {} }: Locked) => source.virtual === "." || source.editable === ".";
  const edges = (of: Locked, wanted: readonly string[]): Edge[] => [
    ...(Array.isArray(of.dependencies) ? of.dependencies : []),
    ...wanted.flatMap((extra) => of["optional-dependencies"]?.[extra] ?? []),
  ];
  const seen = new Map<Locked, Set<string>>();
  const left = packages
    .filter(isRoot)
    .flatMap((root) => [
      ...edges(root, extras.map(normal)),
      ...groups.flatMap((group) => root["dev-dependencies"]?.[normal(group)] ?? []),
    ]);
  for (let edge = left.pop(); edge !== undefined; edge = left.pop()) {
    const { name, extra = [] } = edge;
    for (const one of packages.filter((each) => each.name === name)) {
      const known = seen.get(one);
      if (known !== undefined && extra.every((each) => known.has(each))) continue;
      seen.set(one, new Set([...(known ?? []), ...extra]));
      left.push(...edges(one, extra));
    }
  }
  return [...seen.keys()].filter((one) => !isOwn(one));
}

function pipfileLock(text: string, { groups }: Chosen): [string, string][] {
  const lock = JSON.parse(text) as Record<string, Record<string, { version?: string; ref?: string }>>;
  const sections = ["default", ...groups.map((group) => (group === "dev" ? "develop" : group))];
  return sections.flatMap((section) =>
    Object.entries(lock[section] ?? {}).map(([name, { version = "", ref }]): [string, string] => [
      name,
      ref === undefined ? version.replace(/^==/, "") : ref.slice(0, 7),
    ]),
  );
}

function projectLines(text: string): string[] {
  const { project } = parse(text) as { project?: { dependencies?: string[] } };
  return project?.dependencies ?? [];
}

/** `name[extra]==1.2 ; marker --hash=…` */
const requirements = (lines: readonly string[]): [string, string][] =>
  lines.flatMap((line) => {
    const [, name, version] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,#\\]+)/.exec(line) ?? [];
    return name === undefined || version === undefined || version.includes("*") ? [] : [[name, version]];
  });

function collect(entries: readonly [string, string][]): Record<string, string> {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of entries)
    versions.set(normal(name), (versions.get(normal(name)) ?? new Set()).add(version));
  return Object.fromEntries([...versions].sort().map(([name, all]) => [name, [...all].sort().join(", ")]));
}
