import { createHash } from "node:crypto";
import validate from "../program/validate.py";
import { programs as source } from "../resolve/index";
import { programs as environments } from "../venv/index";
import main from "./__main__.py";
import activation from "./activation.py";
import answer from "./answer.py";
import aside from "./aside.py";
import back from "./back.py";
import boot from "./boot.py";
import bring from "./bring.py";
import check from "./check.py";
import daemon from "./daemon.py";
import detach from "./detach.py";
import door from "./door.py";
import enable from "./enable.py";
import extras from "./extras.py";
import faults from "./faults.py";
import gate from "./gate.py";
import hand from "./hand.py";
import history from "./history.py";
import hooks from "./hooks.py";
import install from "./install.py";
import journal from "./journal.py";
import known from "./known.py";
import later from "./later.py";
import links from "./links.py";
import lock from "./lock.py";
import look from "./look.py";
import places from "./places.py";
import prove from "./prove.py";
import quiet from "./quiet.py";
import recover from "./recover.py";
import releases from "./releases.py";
import remove from "./remove.py";
import roll from "./roll.py";
import rollback from "./rollback.py";
import shared from "./shared.py";
import space from "./space.py";
import strays from "./strays.py";
import supervisord from "./supervisord.py";
import surroundings from "./surroundings.py";
import tell from "./tell.py";
import sideBySide from "./together.py";
import tree from "./tree.py";
import update from "./update.py";
import wrapper from "./wrapper.py";

/** Puts `programs` and a job on a host and hands over to them. */
export const installer: string = install;

/** Runs another program, given as text, by the interpreter of the host's supervisord. Stands alone. */
export const finder: string = daemon;
/** Lets a program that stands alone import these modules. */
export const bringer: string = bring;
export const brought: Readonly<Record<string, string>> = { boot, daemon, door, known, later, links, wrapper };
/** Runs several of those that `finder` runs, by one interpreter. */
export const together: string = sideBySide;
/** Tells what of a release is on a host. */
export const looker: string = look;
/** Tells how supervisord is on a host. */
export const teller: string = tell;
/** Starts supervisord, now and at each boot. */
export const enabler: string = enable;

/** The programs that a host keeps for an app, by file name: a directory that python runs. */
export const programs: Readonly<Record<string, string>> = {
  "__main__.py": main,
  "activation.py": activation,
  "answer.py": answer,
  "aside.py": aside,
  "back.py": back,
  "boot.py": boot,
  "check.py": check,
  "daemon.py": daemon,
  "detach.py": detach,
  "door.py": door,
  "extras.py": extras,
  "faults.py": faults,
  "gate.py": gate,
  "hand.py": hand,
  "history.py": history,
  "hooks.py": hooks,
  "journal.py": journal,
  "known.py": known,
  "later.py": later,
  "links.py": links,
  "lock.py": lock,
  "places.py": places,
  "prove.py": prove,
  "quiet.py": quiet,
  "recover.py": recover,
  "releases.py": releases,
  "remove.py": remove,
  "rollback.py": rollback,
  "roll.py": roll,
  "shared.py": shared,
  "space.py": space,
  "strays.py": strays,
  "supervisord.py": supervisord,
  "surroundings.py": surroundings,
  "tree.py": tree,
  "update.py": update,
  "validate.py": validate,
  "wrapper.py": wrapper,
  ...source,
  ...environments,
};

/** Names exactly these programs, so that a host can have several versions side by side. */
export const version: string = createHash("sha256").update(JSON.stringify(programs)).digest("hex").slice(0, 12);
