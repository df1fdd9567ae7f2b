/**
 * Pulumi's wire protocol for a provider plugin: protobuf on one side, plain values on the other. The library's own
 * server drops preview, detailed diffs, log lines and cancellation, hence this one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../package.json";
import { Engine } from "./engine";
import type { Provider } from "./provider";
import type { Context } from "./resource";
import { fromStruct, limits, toDiffResponse, toFailures, toServiceError, toStruct } from "./wire";

interface Named {
  getUrn(): string;
  getName(): string;
  getPreview?(): boolean;
  getId?(): string;
}

export interface Server {
  /** Ends what the provider holds open. */
  close(): Promise<void>;
}

/**
 * Serves a provider on a port of its own and prints that port, which is how the engine finds it. `load` is called when
 * it is first needed: of the two servers that the engine starts in each run, it asks one for nothing.
 */
export async function serve(load: () => Promise<Provider>, argv: readonly string[]): Promise<Server> {
  let loaded: Promise<Provider> | undefined;
  const provider = () => (loaded ??= load());
  const engine = new Engine(argv.filter((word) => /:\d+$/.test(word)).pop());
  const cancelled = new AbortController();
  const context = (request: Named): Context => ({
    urn: request.getUrn(),
    name: request.getName(),
    id: request.getId?.() ?? "",
    preview: request.getPreview?.() ?? false,
    signal: cancelled.signal,
    ...engine.voice(request.getUrn()),
  });
  const old = (
    request: { getOldInputs(): Parameters<typeof fromStruct>[0] },
    state: Parameters<typeof fromStruct>[0],
  ) => ({
    inputs: fromStruct(request.getOldInputs()),
    state: fromStruct(state),
  });

  const work = new Work();
  const unary = <Request, Response>(answer: (request: Request) => Promise<Response>) => {
    return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
      work
        .do(() => answer(call.request))
        .then(
          (response) => callback(null, response),
          (error) => callback(toServiceError(error)),
        );
    };
  };
  const server = new grpc.Server(limits);
  server.addService(ResourceProviderService, {
    handshake: unary(async (request: pb.ProviderHandshakeRequest) => {
      engine.connect(request.getEngineAddress());
      return new pb.ProviderHandshakeResponse(); // accepts no secrets or resources: plain values only
    }),
    attach: unary(async (request: { getAddress(): string }) => {
      engine.connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(async () => {
      const response = new pb.GetSchemaResponse();
      response.setSchema((await provider()).schema());
      return response;
    }),
    checkConfig: unary(async (request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(async () => toDiffResponse([])),
    configure: unary(async () => {
      void provider(); // what it is asked next
      const response = new pb.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    check: unary(async (request: pb.CheckRequest) => {
      const { inputs, failures } = (await provider()).check(request.getType(), fromStruct(request.getNews()));
      const response = new pb.CheckResponse();
      response.setInputs(toStruct(inputs));
      response.setFailuresList(toFailures(failures));
      return response;
    }),
    diff: unary(async (request: pb.DiffRequest) => {
      const before = old(request, request.getOlds());
      return toDiffResponse((await provider()).diff(request.getType(), before, fromStruct(request.getNews())));
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const made = await (await provider()).create(request.getType(), inputs, context(request));
      const response = new pb.CreateResponse();
      response.setId(made.id);
      response.setProperties(toStruct(made.state));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const before = { inputs: fromStruct(request.getInputs()), state: fromStruct(request.getProperties()) };
      const found = await (await provider()).read(request.getType(), before, context(request));
      const response = new pb.ReadResponse(); // without an id: it is gone
      if (found === undefined) return response;
      response.setId(request.getId());
      response.setInputs(toStruct(found.inputs));
      response.setProperties(toStruct(found.state));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const before = { id: request.getId(), ...old(request, request.getOlds()) };
      const news = fromStruct(request.getNews());
      const state = await (await provider()).update(request.getType(), before, news, context(request));
      const response = new pb.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      await (await provider()).delete(request.getType(), old(request, request.getProperties()), context(request));
      return new Empty();
    }),
    invoke: unary(async (request: pb.InvokeRequest) => {
      const voice = engine.voice("");
      const name = request.getTok();
      const asked = { urn: "", name, id: "", preview: false, signal: cancelled.signal, ...voice };
      const response = new pb.InvokeResponse();
      response.setReturn(toStruct(await (await provider()).invoke(name, fromStruct(request.getArgs()), asked)));
      return response;
    }),
    // Also called at each normal end of a run. What can't be stopped half-way (an activation) goes on being followed.
    cancel: unary(async () => {
      cancelled.abort(new Error("the update was cancelled"));
      // Seen with --debug. An engine that is gone already doesn't answer, and isn't waited for.
      const used = await loaded;
      if (used === undefined) return new Empty();
      const told = Promise.all(used.report().map((line) => engine.voice("").log(line, "debug")));
      await Promise.race([told, sleep(1000)]);
      void work.idle().then(() => used.close());
      return new Empty();
    }),
  } as grpc.UntypedServiceImplementation);

  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  process.stdout.write(`${port}\n`);
  return { close: async () => (await loaded)?.close() };
}

/** Counts what is being worked on, so that connections are closed only when nobody needs them. */
class Work {
  #going = 0;
  #waiting: (() => void)[] = [];

  async do<T>(work: () => Promise<T>): Promise<T> {
    this.#going++;
    try {
      return await work();
    } finally {
      this.#going--;
      if (this.#going === 0) for (const go of this.#waiting.splice(0)) go();
    }
  }

  idle(): Promise<void> {
    return this.#going === 0 ? Promise.resolve() : new Promise((go) => this.#waiting.push(go));
  }
}
