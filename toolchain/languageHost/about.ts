import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pb from "@pulumi/pulumi/proto/language_pb";

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** For `pulumi about`: what runs the program. */
export async function about(): Promise<pb.AboutResponse> {
  const response = new pb.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  return response;
}

/** For `pulumi about`: the program's direct dependencies, as installed. */
export async function programDependencies(
  request: pb.GetProgramDependenciesRequest,
): Promise<pb.GetProgramDependenciesResponse> {
  const directory = request.getInfo()!.getProgramDirectory();
  const manifest = read(directory);
  const response = new pb.GetProgramDependenciesResponse();
  for (const name of Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies })) {
    const { version } = read(join(directory, "node_modules", name)) ?? {};
    if (version === undefined) continue;
    const dependency = new pb.DependencyInfo();
    dependency.setName(name);
    dependency.setVersion(version);
    response.addDependencies(dependency);
  }
  return response;
}

function read(directory: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
