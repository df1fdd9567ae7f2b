/** `npm run schema`: writes what is generated from the schemas of the settings. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "./generated";

for (const [path, text] of Object.entries(generated())) {
  writeFileSync(join(__dirname, "..", path), text);
  console.log(path);
}
