/** Versions of a server, in files of its repository: good ones, and such as fail in every way that we know of. */
export type Files = Record<string, string>;

const server = (message: string, { before = "", answer = "200", main = "serve()" } = {}): string => `
import http.server, json, signal, socket, sys, time
${before}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"message": ${JSON.stringify(message)}}).encode()
        status = ${answer}
        self.send_response(status); self.end_headers(); self.wfile.write(body)
    def log_message(self, *words): pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
def serve():
    print("serving ${message}", flush=True)
    if sys.argv[1] != "fd":
        return Server(("0.0.0.0", int(sys.argv[1])), Handler).serve_forever()
    server = Server(("", 0), Handler, bind_and_activate=False)
    server.socket = socket.fromfd(0, socket.AF_INET, socket.SOCK_STREAM)
    server.serve_forever()
${main}
`;

const app = (text: string): Files => ({ "src/app.py": text, "requirements.txt": "" });

export const good = (message: string): Files => app(server(message));
export const stubborn = (message: string): Files =>
  app(server(message, { before: "signal.signal(signal.SIGTERM, signal.SIG_IGN)" }));

export const bad = {
  crashAtImport: app("print('about to import', flush=True)\nimport no_such_module_4711\n"),
  diesAfter2s: app(
    server("bad", {
      before: "import threading, os\nthreading.Timer(2, lambda: (print('giving up', flush=True), os._exit(3))).start()",
    }),
  ),
  exitsCleanly: app("print('nothing to do', flush=True)\n"),
  neverAnswers: app(server("bad", { answer: "time.sleep(60) or 200" })),
  answers500: app(server("bad", { answer: "500" })),
  listensTooLate: app(server("bad", { main: "time.sleep(30); serve()" })),
};
