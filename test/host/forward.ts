import { type AddressInfo, createServer, Socket } from "node:net";

/** A host behind another port, by a way that can go bad. */
export interface Forward {
  port: number;
  /** What is connected now hears nothing any more, and is not told: as when packets are dropped. New connections work. */
  blackhole(): void;
  close(): void;
}

export async function forwardTo(port: number): Promise<Forward> {
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((socket) => {
    const onwards = new Socket().connect(port, "127.0.0.1");
    const pair: [Socket, Socket] = [socket, onwards];
    pairs.add(pair);
    socket.pipe(onwards).pipe(socket);
    for (const one of pair) one.on("error", () => one.destroy()).on("close", () => pairs.delete(pair));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    blackhole: () => {
      for (const [socket, onwards] of pairs) {
        socket.unpipe(onwards).resume();
        onwards.unpipe(socket).resume();
      }
    },
    close: () => void server.close(),
  };
}
