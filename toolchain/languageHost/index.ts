/**
 * A language host for `runtime: nodejs`, for a CLI that was built from source: the official one can't be had there.
 * The CLI starts it with the engine's address, reads the port from its first line, and asks it to run the program.
 */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { about, programDependencies } from "./about";
import { Children } from "./children";
import { installDependencies } from "./install";
import { run } from "./run";

declare const PULUMI_VERSION: string;

if (process.argv.some((word) => /^--?version$/.test(word))) {
  console.log(PULUMI_VERSION);
  process.exit(0);
}

const children = new Children();
// The engine's address is the last word; a handshake may bring another.
let engine =
  process.argv.slice(2).findLast((word, i, all) => !word.startsWith("-") && all[i - 1] !== "--tracing") ?? "";

const failure = (error: unknown): Partial<grpc.ServiceError> => {
  const { message } = error as Error;
  return { code: grpc.status.UNKNOWN, details: message, message };
};
const unary =
  <Request, Response>(answer: (request: Request, call: grpc.ServerUnaryCall<Request, Response>) => Promise<Response>) =>
  (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    answer(call.request, call).then(
      (response) => callback(null, response),
      (error) => callback(failure(error)),
    );
  };

const limit = 400 << 20;
const server = new grpc.Server({ "grpc.max_receive_message_length": limit, "grpc.max_send_message_length": limit });
server.addService(LanguageRuntimeService, {
  handshake: unary(async (request: pb.LanguageHandshakeRequest) => {
    engine = request.getEngineAddress();
    return new pb.LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(async () => {
    const info = new PluginInfo();
    info.setVersion(PULUMI_VERSION);
    return info;
  }),
  // Plugins of packages can't be downloaded where this host is used, and each try would cost seconds.
  getRequiredPackages: unary(async () => new pb.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(async () => new pb.GetRequiredPluginsResponse()),
  run: unary((request: pb.RunRequest, call) => run(request, engine, children, call)),
  installDependencies: (
    call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
  ) =>
    installDependencies(call, children).then(
      () => call.end(),
      (error) => call.emit("error", failure(error)),
    ),
  getProgramDependencies: unary(programDependencies),
  about: unary(about),
  cancel: unary(async () => {
    children.cancel();
    return new Empty();
  }),
} as unknown as grpc.UntypedServiceImplementation);

/** Ends with the CLI, the program first. A graceful end of gRPC would wait 4 s for nothing. */
const quit = () => void children.end().then(() => process.exit(0));
process.on("SIGINT", quit);
process.on("SIGTERM", quit);
// The CLI holds our standard input open: its end is the CLI's.
process.stdin.on("end", quit).on("error", quit).resume();

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
