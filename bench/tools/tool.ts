import type { Phases } from "../phases";

/** A host as the tools reach it: through a relay that counts. */
export interface Way {
  name: string;
  /** Port of the relay, at 127.0.0.1. */
  port: number;
  hostKey: string;
}

/** What is common to all tools. */
export interface Ground {
  /** Where a tool may put files of its own. */
  directory: string;
  ways: readonly Way[];
  /** Path of the private key that opens all hosts. */
  identity: string;
  /** ssh's own settings, with the hosts by their names. */
  sshConfig: string;
  knownHosts: string;
  /** Of the app, as the hosts see it. */
  repository: string;
}

/** One command of the machine that deploys. */
export interface Call {
  words: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
}

export interface Tool {
  name: string;
  /** Its app's name and port; each tool has an app of its own on the same hosts. */
  app: string;
  port: number;
  /** Paths on the hosts that it keeps besides the app. @default none */
  keeps?: readonly string[];
  /** Once, before anything is measured. */
  prepare(ground: Ground): Promise<void>;
  /** What a user runs, on so many of the hosts; several calls run side by side. */
  deploy(hosts: number, isFirst: boolean): Call[] | Promise<Call[]>;
  /** Where the seconds of the no-op went that was between these moments, ms. */
  phases?(begun: number, ended: number): Phases | undefined;
  /** Seconds that the packages of the first host took in the run that has just ended and said this; undefined: it had nothing to do. */
  packages?(said: string): number | undefined;
  /** Takes all that it has put anywhere off again, where removing the app's files is not enough. */
  forget?(): Promise<void>;
}
