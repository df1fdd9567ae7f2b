import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/engine_pb";
import type { Context } from "./resource";
import { limits } from "./wire";

const severities = { debug: 0, info: 1, warning: 2, error: 3 } as const;

/** Milliseconds between two status lines of one operation. */
const pace = 500;

/** The way back to the user: log lines and status lines, shown by the engine beside the resource. */
export class Engine {
  #client: EngineClient | undefined;
  #streams = 0;

  constructor(address: string | undefined) {
    this.connect(address);
  }

  connect(address: string | undefined): void {
    if (address) this.#client = new EngineClient(address, grpc.credentials.createInsecure(), limits);
  }

  voice(urn: string): Pick<Context, "log" | "status"> {
    // A stream of its own keeps the lines of one operation together; each must end in a newline.
    const stream = ++this.#streams;
    let shown = 0;
    return {
      log: (message, level = "info") => this.#send(`${message.replace(/\n?$/, "\n")}`, level, urn, stream, false),
      status: async (message) => {
        // git and pip tell each percent; where there is no terminal each becomes a line.
        if (Date.now() - shown < pace || message.trim() === "") return;
        shown = Date.now();
        await this.#send(message, "info", urn, 0, true);
      },
    };
  }

  #send(message: string, level: keyof typeof severities, urn: string, stream: number, ephemeral: boolean) {
    return new Promise<void>((resolve) => {
      if (this.#client === undefined) return resolve();
      const request = new pb.LogRequest();
      request.setSeverity(severities[level]);
      request.setMessage(message);
      request.setUrn(urn);
      request.setStreamid(stream);
      request.setEphemeral(ephemeral);
      this.#client.log(request, () => resolve());
    });
  }
}
