import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeLanguageHost } from "../../toolchain/build";
import { versions } from "../../toolchain/versions";

/** Driven as the CLI does it: its first line is a port, its standard input stays open, the rest is gRPC. */
interface Host {
  process: ChildProcess;
  client: LanguageRuntimeClient;
  output(): string;
}

let directory: string;
const hosts: Host[] = [];

async function start(): Promise<Host> {
  const child = spawn(join(directory, "pulumi-language-nodejs"), ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  while (!text.includes("\n")) await sleep(10);
  const client = new LanguageRuntimeClient(`127.0.0.1:${text.trim()}`, grpc.credentials.createInsecure());
  const host = { process: child, client, output: () => text };
  hosts.push(host);
  return host;
}

/** A program in the place of the SDK's runner: what it is given, and how it ends, is the contract. */
function project(runner: string): string {
  const at = mkdtempSync(join(directory, "project-"));
  const modules = join(at, "node_modules", "@pulumi", "pulumi");
  mkdirSync(join(modules, "cmd", "run"), { recursive: true });
  writeFileSync(join(modules, "package.json"), JSON.stringify({ name: "@pulumi/pulumi", version: "3.259.0" }));
  writeFileSync(join(modules, "cmd", "run", "index.js"), runner);
  writeFileSync(join(at, "package.json"), JSON.stringify({ dependencies: { "@pulumi/pulumi": "*" } }));
  return at;
}

function request(at: string, options: Record<string, string | boolean> = {}): pb.RunRequest {
  const info = new pb.ProgramInfo();
  info.setRootDirectory(at);
  info.setProgramDirectory(at);
  info.setEntryPoint(".");
  info.setOptions(Struct.fromJavaScript({ typescript: false, ...options }));
  const run = new pb.RunRequest();
  run.setInfo(info);
  run.setProject("shop");
  run.setStack("dev");
  run.setMonitorAddress("127.0.0.1:2");
  run.setParallel(8);
  run.setDryrun(true);
  run.getConfigMap().set("shop:key", "value");
  run.getConfigMap().set("shop:secret", "hunter2");
  run.setConfigsecretkeysList(["shop:secret"]);
  return run;
}

const run = (host: Host, asked: pb.RunRequest): Promise<pb.RunResponse> =>
  new Promise((resolve, reject) =>
    host.client.run(asked, (error, response) => (error ? reject(error) : resolve(response))),
  );

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "language-"));
  placeLanguageHost(directory);
});
afterAll(async () => {
  for (const { process: child, client } of hosts) {
    client.close();
    child.kill("SIGKILL");
  }
  rmSync(directory, { recursive: true });
});

describe("run", () => {
  it("gives the program its words, its config, and which of that is secret", async () => {
    const at = project(
      "require('fs').writeFileSync('seen.json', JSON.stringify({ words: process.argv.slice(2), env: process.env, cwd: process.cwd(), node: process.execArgv }))",
    );
    const response = await run(await start(), request(at, { nodeargs: "--no-warnings --title='a b'" }));
    expect([response.getError(), response.getBail()]).toEqual(["", false]);
    const seen = JSON.parse(readFileSync(join(at, "seen.json"), "utf8"));
    expect(seen.cwd).toBe(at);
    expect(seen.node).toEqual(["--no-warnings", "--title=a b"]);
    expect(seen.words.join(" ")).toBe(
      `--monitor 127.0.0.1:2 --engine 127.0.0.1:1 --project shop --root-directory ${at} --stack dev --pwd ${at} --parallel 8 --dry-run .`,
    );
    expect(JSON.parse(seen.env.PULUMI_CONFIG)).toEqual({ "shop:key": "value", "shop:secret": "hunter2" });
    expect(JSON.parse(seen.env.PULUMI_CONFIG_SECRET_KEYS)).toEqual(["shop:secret"]);
    // Words are seen in the process list.
    expect(seen.words.join(" ")).not.toContain("hunter2");
    expect(seen.env.PULUMI_NODEJS_TYPESCRIPT).toBeUndefined();
  });

  it.each([
    ["a program that ends well", "process.exit(0)", "", false],
    ["one whose error was shown already", "process.exit(32)", "", true],
    ["one that fails", "process.exit(3)", "Program exited with non-zero exit code: 3", false],
    [
      "one that is killed",
      "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)",
      "Program exited with non-zero exit code: SIGKILL",
      false,
    ],
  ])("%s is told as it is, once", async (_, runner, error, bail) => {
    const response = await run(await start(), request(project(runner)));
    expect([response.getError(), response.getBail()]).toEqual([error, bail]);
  });

  it("hands its output on", async () => {
    const host = await start();
    await run(host, request(project("console.log('to out'); console.error('to err')")));
    expect(host.output()).toContain("to out\n");
    expect(host.output()).toContain("to err\n");
  });

  it("says what to do where the SDK is missing, and what is wrong in Pulumi.yaml", async () => {
    const empty = mkdtempSync(join(directory, "empty-"));
    const host = await start();
    expect((await run(host, request(empty))).getError()).toBe(
      `@pulumi/pulumi is not installed in ${empty}: run npm install there`,
    );
    expect((await run(host, request(project(""), { nodeargs: true }))).getError()).toBe(
      "runtime.options.nodeargs of Pulumi.yaml should be a string",
    );
  });
});

describe("the end", () => {
  const endless = "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)";
  const pidOf = async (at: string): Promise<number> => {
    for (;;) {
      try {
        return Number(readFileSync(join(at, "pid"), "utf8"));
      } catch {
        await sleep(20);
      }
    }
  };
  const lives = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("cancel stops the program", async () => {
    const [host, at] = [await start(), project(endless)];
    const running = run(host, request(at));
    await pidOf(at);
    host.client.cancel(new Empty(), () => {});
    expect((await running).getError()).toMatch(/SIGINT/);
  });

  it.each([
    ["the CLI is gone", (host: Host) => host.process.stdin!.end()],
    ["it is told to end", (host: Host) => host.process.kill("SIGTERM")],
  ])("when %s, program and host end within two seconds", async (_, end) => {
    const [host, at] = [await start(), project(endless)];
    run(host, request(at)).catch(() => {});
    const pid = await pidOf(at);
    end(host);
    const exited = new Promise((resolve) => host.process.once("exit", () => resolve("exited")));
    expect(await Promise.race([exited, sleep(2000, "late")])).toBe("exited");
    expect(lives(pid)).toBe(false);
  });
});

describe("what else the CLI asks", () => {
  it("its version, by word and by wire", async () => {
    const child = spawn(join(directory, "pulumi-language-nodejs"), ["-version"]);
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    expect(text).toBe(`${versions.pulumi}\n`);
    const { client } = await start();
    const info = await new Promise<string>((resolve, reject) =>
      client.getPluginInfo(new Empty(), (error, answer) => (error ? reject(error) : resolve(answer.getVersion()))),
    );
    expect(info).toBe(versions.pulumi);
  });

  it("no plugins of packages: they could not be downloaded", async () => {
    const { client } = await start();
    const asked = new pb.GetRequiredPackagesRequest();
    const packages = await new Promise((resolve, reject) =>
      client.getRequiredPackages(asked, (error, answer) => (error ? reject(error) : resolve(answer.getPackagesList()))),
    );
    expect(packages).toEqual([]);
  });
});
