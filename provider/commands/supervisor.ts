import validateProgram from "../../conf/program/validate.py";
import { bySupervisord } from "./daemon";
import type { Command } from "./shell";

/** Proves a candidate conf by supervisord's own parser, in place of the installed one. */
export const parsesWith = (candidate: string, installed: string): Command => ({
  ...bySupervisord(validateProgram, candidate, installed),
  what: "prove the conf with supervisord's parser",
  timeout: 60,
});
