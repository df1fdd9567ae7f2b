import validateProgram from "../../conf/program/validate.py";
import { type Command, script } from "./shell";

/** Proves a candidate conf by supervisord's own parser, in place of the installed one. */
export const parsesWith = (candidate: string, installed: string): Command => ({
  ...script(
    'py=$(sed -n "1s/^#! *//p" "$(command -v supervisord)"); exec $py -c "$1" "$2" "$3"',
    validateProgram,
    candidate,
    installed,
  ),
  what: "prove the conf with supervisord's parser",
  timeout: 60,
});
