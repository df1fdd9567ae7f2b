import type { Recipe } from "../../provider/commands/venv";

/** Of an app with a requirements.txt, and no more settings. */
export const pipRecipe: Recipe = {
  manager: "pip",
  installer: "pip",
  python: "python3",
  managedPython: false,
  extras: [],
  groups: [],
  install: ["requirements.txt"],
};
