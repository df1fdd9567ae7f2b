/** A process of many hosts: either one that asks a real host and records, or as many as one likes that answer alike. */
import { readFileSync, writeFileSync } from "node:fs";
import { Client, type ServerChannel } from "ssh2";
import { batchAnswers } from "../provider/commands/batch";
import { Names } from "./names";
import { type Answer, batchOutput, looksOf, Recorder, type Recording, Replay } from "./recording";
import { listen } from "./sshd";

export interface Job {
  hosts: { label: string; address: string }[];
  hostKey: string;
  /** The public key that is let in. */
  allowed: string;
  /** Where the recording is, or will be. */
  file: string;
  /** Part of the recorded time that answers take; 0: they come at once. */
  pace: number;
  /** The real host, where it is to be recorded. */
  upstream?: { port: number; privateKey: string };
}

/** What it says: its port first, and how it was used whenever it is asked. */
export type Told = { port: number } | { made: number; most: number; handshakes: number; unknown: string[] };

const job = JSON.parse(process.env.BENCH_HOSTS ?? "") as Job;
const names = new Map(job.hosts.map(({ label, address }) => [address, new Names(label, address)]));

/** The loader is given the length of the program, the program, and its standard input. */
function programOf(input: Buffer): { text: string; stdin: string } {
  const start = input.indexOf(0x0a) + 1;
  const end = start + Number(input.subarray(0, start).toString());
  return { text: input.subarray(start, end).toString(), stdin: input.subarray(end).toString() };
}

const outputOf = ({ chunks }: Answer, stream: "out" | "err") =>
  chunks.map(([, from, text]) => (from === stream ? text : "")).join("");

// ---- recording

async function record({ port, privateKey }: NonNullable<Job["upstream"]>): Promise<void> {
  const client = await new Promise<Client>((resolve, reject) => {
    const made: Client = new Client();
    made.once("ready", () => resolve(made)).once("error", reject);
    made.connect({ host: "127.0.0.1", port, username: "root", privateKey });
  });
  const recorder = new Recorder();
  const { port: mine } = await listen(
    job.hosts.map(({ address }) => address),
    job,
    (address, line, input, channel) =>
      client.exec(line, (error, onwards) => {
        if (error) throw error;
        const begun = Date.now();
        const answer: Answer = { chunks: [], exitCode: 0, took: 0 };
        const take = (stream: "out" | "err", to: ServerChannel | ServerChannel["stderr"]) => (chunk: Buffer) => {
          answer.chunks.push([Date.now() - begun, stream, chunk.toString()]);
          to.write(chunk);
        };
        onwards.on("data", take("out", channel));
        onwards.stderr.on("data", take("err", channel.stderr));
        onwards.on("exit", (code: number | null) => {
          answer.exitCode = code ?? 255;
        });
        onwards.on("close", () => {
          answer.took = Date.now() - begun;
          keep(recorder, names.get(address)!, programOf(input), answer);
          writeFileSync(job.file, JSON.stringify(recorder.recording));
          channel.exit(answer.exitCode);
          channel.end();
        });
        onwards.end(input);
      }),
  );
  process.send!({ port: mine });
}

function keep(recorder: Recorder, name: Names, { text, stdin }: ReturnType<typeof programOf>, answer: Answer): void {
  const looks = looksOf(text);
  const chunks = answer.chunks.map(([at, from, chunk]): Answer["chunks"][number] => [at, from, name.out(chunk)]);
  if (looks === undefined) {
    recorder.run(name.out(text + stdin), { ...answer, chunks });
    return;
  }
  // Behind the loader's own line.
  const answers = batchAnswers(outputOf(answer, "out").replace(/^.*\n/, ""), looks.length);
  looks.forEach((look, i) => {
    const { exitCode = 255, stdout, stderr } = answers[i]!;
    const chunks: Answer["chunks"] = [
      [0, "out", name.out(stdout)],
      [0, "err", name.out(stderr)],
    ];
    recorder.look(name.out(look), { chunks, exitCode, took: answer.took });
  });
}

// ---- answering

async function replay(): Promise<void> {
  const recording = JSON.parse(readFileSync(job.file, "utf8")) as Recording;
  const hosts = new Map([...names].map(([address, name]) => [address, { name, replay: new Replay(recording) }]));
  const unknown: string[] = [];
  const { port, counts } = await listen([...names.keys()], job, (address, _, input, channel) => {
    const { name, replay: host } = hosts.get(address)!;
    const { text, stdin } = programOf(input);
    const asked = (looksOf(text) ?? [text + stdin]).map((one) => name.out(one));
    const answers = asked.map((one) => host.answer(one));
    const missing = asked.filter((_, i) => answers[i] === undefined);
    unknown.push(...missing);
    if (missing.length > 0) return end(channel, 99);
    if (looksOf(text) === undefined) return void tell(channel, answers[0]!, name).then(() => host.ran(asked[0]!));
    const printed = (answers as Answer[]).map((answer) => {
      const [stdout, stderr] = [name.back(outputOf(answer, "out")), name.back(outputOf(answer, "err"))];
      return { exitCode: answer.exitCode, stdout, stderr };
    });
    channel.stderr.write("\x1e\n");
    channel.write(`\x1e1\n`);
    setTimeout(
      () => {
        channel.write(batchOutput(printed));
        end(channel, 0);
      },
      job.pace * Math.max(...answers.map((answer) => answer!.took)),
    );
  });
  process.on("message", () => process.send!({ ...counts, unknown }));
  process.send!({ port });
}

/** Prints what was printed, when it was. */
function tell(channel: ServerChannel, { chunks, exitCode, took }: Answer, name: Names): Promise<void> {
  for (const [at, stream, text] of chunks)
    setTimeout(() => (stream === "out" ? channel : channel.stderr).write(name.back(text)), job.pace * at);
  return new Promise((resolve) =>
    setTimeout(
      () => {
        resolve();
        end(channel, exitCode);
      },
      job.pace * took + 1,
    ),
  );
}

function end(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode);
  channel.end();
}

process.on("disconnect", () => process.exit(0));
void (job.upstream === undefined ? replay() : record(job.upstream));
