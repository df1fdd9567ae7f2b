import { createReadStream, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

const normal = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");

/** A package index of the wheels of one directory, for all tools alike: no distance to another one is in the figures. */
export class WheelIndex {
  readonly #server: Server;

  constructor(readonly directory: string) {
    this.#server = createServer(({ url = "/" }, response) => {
      const [kind, name = ""] = url.split("/").filter(Boolean);
      if (kind === "files") {
        const file = createReadStream(join(directory, name));
        file.on("error", () => response.writeHead(404).end());
        file.pipe(response);
        return;
      }
      const files = readdirSync(directory).filter((file) => normal(file.split("-")[0]!) === normal(name));
      response.writeHead(kind === "simple" && files.length > 0 ? 200 : 404, { "Content-Type": "text/html" });
      response.end(files.map((file) => `<a href="/files/${file}">${file}</a>\n`).join(""));
    });
  }

  /** The port, at all addresses: the hosts are containers with addresses of their own. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, resolve));
    return (this.#server.address() as { port: number }).port;
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
