import { z } from "zod";
import { programOptions } from "../conf/program/options";
import { dependencies } from "./dependencies";
import { hooks } from "./hooks";
import { repositoryFields } from "./repository";
import { sharedSchema } from "./shared";
import { inRepository, yesOrNo } from "./values";

const repository = z
  .string({ error: "should be the URL of the repository" })
  .regex(
    /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$|^\/\S+$/,
    "should be a URL that the host can fetch from",
  )
  .refine(
    (url) => !/^https?:\/\/[^/]*@/.test(url),
    "should hold no user, token or password: they would be seen in the checkout's configuration; set token, a secret",
  );

const ref = z
  .string({ error: "should be a branch, a tag or a commit, in quotes where it looks like a number" })
  .regex(/^(?!-)(?!.*\.\.)[^\s~^:?*[\\]+$/, "should be a branch, a tag or a commit");

const health = z.strictObject({
  url: z
    .string({ error: "should be a URL" })
    .regex(/^https?:\/\/[\w.:[\]-]+(\/\S*)?$/, "should be a URL, as in http://127.0.0.1:8000/health")
    .describe("Asked on the host itself."),
  status: z
    .int({ error: "should be a status, 100 to 599" })
    .min(100, "should be a status, 100 to 599")
    .max(599, "should be a status, 100 to 599")
    .default(200)
    .describe("The status that means healthy. Default 200."),
  text: z
    .string({ error: "should be a text" })
    .min(1, "should not be empty")
    .optional()
    .describe("A text that the answer must contain."),
  timeout: z
    .number({ error: "should be a number of seconds" })
    .positive("should be more than 0 seconds")
    .max(3600, "should be at most an hour")
    .default(30)
    .describe("Seconds in which it must become healthy. Default 30."),
});

const batchSize = 'should be a number of hosts, at least 1, or a part of them, as in "25%"';
const rollout = z.strictObject({
  canary: z
    .int({ error: "should be a number of hosts" })
    .min(0, "should be a number of hosts")
    .default(1)
    .describe("Hosts that are switched over before all others. Default 1."),
  batch: z
    .union([z.int(batchSize).min(1, batchSize), z.string(batchSize).regex(/^([1-9]\d?|100)%$/, batchSize)], batchSize)
    .optional()
    .describe("Hosts, or part of them, that are switched over together. Default: all that are left."),
  pause: z
    .number({ error: "should be a number of seconds" })
    .min(0, "should not be negative")
    .max(3600, "should be at most an hour")
    .default(0)
    .describe("Seconds between a batch that changed something and the next. Default 0."),
  onFailure: z
    .enum(["stop", "rollBack"], { error: "should be stop or rollBack" })
    .default("stop")
    .describe("What becomes of the hosts before one that fails: they keep the new version, or go back. Default stop."),
});

const environment = z
  .record(
    z.string().regex(/^[A-Za-z_]\w*$/, "should be the name of a variable: letters, digits and _"),
    z.string({ error: 'should be a text; put numbers and booleans in quotes, as in "1"' }),
  )
  .describe("Environment of the program; values may be secrets. A change restarts.");

/** One app of the settings. */
export const appSchema = z.strictObject({
  hosts: z
    .array(z.string(), { error: "should be a list of names of hosts" })
    .min(1, "should name at least one host")
    .describe("Hosts that it runs on, and groups of them."),
  repository: repository.describe("URL that the hosts fetch from."),
  ref: ref.default("master").describe("Branch, tag or commit. Default master."),
  ...repositoryFields,
  path: z
    .string()
    .regex(
      /^\/(opt|srv|home|var|usr\/local|data|apps?)\/[^\0\n]*[^/\0\n]$/,
      "should be an absolute path below /opt, /srv, /home, /var or the like",
    )
    .optional()
    .describe("The checkout. Default `/opt/<app>`. A change moves the release there."),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "should be the name of a Linux user")
    .optional()
    .describe(
      "Account that owns the checkout and runs the program; made where it is missing. Default: the app's name.",
    ),
  dependencies: dependencies.prefault({}).describe("What the environment is made from."),
  program: programOptions
    .optional()
    .describe("Supervisor's options under their own names; the conf is rendered from them."),
  conf: inRepository("server/service.conf").optional().describe("In place of `program`: the repository's own conf."),
  alias: z
    .union([z.boolean(), inRepository("server/alias.sh")], {
      error: "should be true, false or a path in the repository, as in server/alias.sh",
    })
    .default(true)
    .describe(
      "The command for login shells: rendered (true), none (false), or the repository's own file. Default true.",
    ),
  environment: environment.default({}),
  environmentFile: yesOrNo
    .optional()
    .describe("The program has its environment from a file of its own, and not from the conf. Default false."),
  shared: sharedSchema.optional().describe("Files and directories that are not in git: the checkout links to them."),
  hooks: hooks.prefault({}).describe("What is done around the start of a release."),
  health: health.optional().describe("How the running check asks the app itself."),
  start: yesOrNo.default(true).describe("false leaves the program stopped. Default true."),
  overwriteLocalChanges: yesOrNo
    .default(false)
    .describe(
      "Edits, unpushed commits and files in the way of the new commit are kept aside and replaced, instead of a refusal. Default false.",
    ),
  rollout: rollout
    .optional()
    .describe("In which order its hosts are switched over, in the order of `hosts`. Default: all at once."),
  protect: yesOrNo
    .default(false)
    .describe("true keeps it from being removed or moved until this is false again. Default false."),
  url: z
    .string({ error: "should be a URL" })
    .regex(/^https?:\/\/\S+$/, "should be a URL, as in https://shop.example.org")
    .optional()
    .describe("Where people reach it, for the outputs. Default: the port of the health check at the host's address."),
  renamedFrom: z.string().optional().describe("Its name before: the old program stops as the new one starts."),
  keepReleases: z
    .int({ error: "should be a whole number of at least 1" })
    .min(1, "should be a whole number of at least 1")
    .default(5)
    .describe("Releases kept to go back to, with their environments. Default 5."),
  waitForLock: z
    .number({ error: "should be a number of seconds" })
    .min(0, "should not be negative")
    .default(600)
    .describe("Seconds to wait for another update of this app. Default 600."),
});

export type AppSettings = z.infer<typeof appSchema>;

/** Names that a command or a section of supervisor has already. */
const taken = new Set(
  "all alias bash bg cat cd command cp dash echo eval exec exit export false fg git if kill ls mv pip python python3 read restart rm service set sh start status stop sudo supervisor supervisorctl supervisord systemctl test time top trap true type unset update wait while".split(
    " ",
  ),
);

export const appName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "should be a name of lower-case letters, digits, - and _, at most 32")
  .refine((name) => !taken.has(name), "should not be the name of a command: the alias would hide it");
