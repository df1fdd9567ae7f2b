import type { ServerWritableStream } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/language_pb";
import type { Children } from "./children";
import { optionsOf } from "./program";

/** `pulumi install`: the package manager's own install, its output handed on. */
export async function installDependencies(
  call: ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  const info = call.request.getInfo()!;
  const { packagemanager } = optionsOf(info);
  const send = (kind: "setStdout" | "setStderr") => (chunk: Buffer) => {
    const response = new pb.InstallDependenciesResponse();
    response[kind](chunk);
    call.write(response);
  };
  const ended = await children.start(packagemanager, ["install"], {
    cwd: info.getProgramDirectory(),
    env: process.env,
    stdout: send("setStdout"),
    stderr: send("setStderr"),
  });
  if (ended !== 0) throw new Error(`${packagemanager} install ended with ${ended}`);
}
