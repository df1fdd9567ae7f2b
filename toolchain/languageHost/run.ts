import type { ServerUnaryCall } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/language_pb";
import type { Children } from "./children";
import { locateRunner, type Options, optionsOf, wordsOf } from "./program";

/** Exit code by which the SDK says that the user has seen the error already. */
const bail = 32;

/** Runs the program once. What goes wrong is in the answer; an error that was shown is not shown again. */
export async function run(
  request: pb.RunRequest,
  engine: string,
  children: Children,
  call: ServerUnaryCall<pb.RunRequest, pb.RunResponse>,
): Promise<pb.RunResponse> {
  const response = new pb.RunResponse();
  try {
    const info = request.getInfo()!;
    const options = optionsOf(info);
    const directory = info.getProgramDirectory();
    const ended = await children.start(process.execPath, wordsFor(request, engine, options), {
      cwd: directory,
      env: { ...process.env, ...environment(request, options) },
      stdout: (chunk) => process.stdout.write(chunk),
      stderr: (chunk) => process.stderr.write(chunk),
      onCancelled: (stop) => call.on("cancelled", stop),
    });
    if (ended === bail) response.setBail(true);
    else if (ended !== 0) response.setError(`Program exited with non-zero exit code: ${ended}`);
  } catch (error) {
    response.setError((error as Error).message);
  }
  return response;
}

function wordsFor(request: pb.RunRequest, engine: string, options: Options): string[] {
  const info = request.getInfo()!;
  const directory = info.getProgramDirectory();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: directory,
    parallel: String(request.getParallel()),
  };
  return [
    ...wordsOf(options.nodeargs),
    locateRunner(directory),
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

/** The config goes by the environment, and with it which of its keys are secret. */
const environment = (request: pb.RunRequest, { typescript, tsconfig }: Options): Record<string, string> => ({
  PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
  ...(tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
});
