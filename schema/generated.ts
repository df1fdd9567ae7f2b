import { optionsPage } from "./optionsPage";
import { stackSchema } from "./stackSchema";

/** What is generated from the schemas of the settings: path below the root → text. */
export const generated = (): Record<string, string> => ({
  "docs/supervisor-options.md": optionsPage(),
  "schema/stack.schema.json": `${JSON.stringify(stackSchema(), null, 2)}\n`,
});
