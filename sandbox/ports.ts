import { createServer } from "node:net";

/** The wanted port where nobody has it; else, where it may be another one, the next free one above. */
export async function choosePort(
  wanted: number,
  fixed: boolean,
  taken: ReadonlySet<number> = new Set(),
): Promise<number> {
  for (let port = wanted; port < wanted + 500; port++) {
    if (!taken.has(port) && (await isFree(port))) return port;
    if (fixed)
      throw new Error(`port ${port} of 127.0.0.1 is in use: end what listens there, or take another with --dir`);
  }
  throw new Error(`no port from ${wanted} to ${wanted + 499} is free`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
