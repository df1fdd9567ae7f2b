import { z } from "zod";

/** A path in the repository. */
export const inRepository = (example: string) =>
  z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0\n]+$/, `should be a path in the repository, as in ${example}`);

export const yesOrNo = z.boolean({ error: "should be true or false" });
