import { z } from "zod";
import type { Connection } from "../provider/connection";

const seconds = (what: string) =>
  z
    .number({ error: "should be a number of seconds" })
    .positive("should be more than 0 seconds")
    .max(86_400, "should be at most a day")
    .optional()
    .describe(what);

const fields = {
  port: z
    .int({ error: "should be a port, 1 to 65535" })
    .min(1, "should be a port, 1 to 65535")
    .max(65535, "should be a port, 1 to 65535")
    .optional()
    .describe("Port of sshd. Default: that of ssh_config, 22."),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]*$/, "should be the name of a user")
    .optional()
    .describe("Who logs in. Default: that of ssh_config, root."),
  privateKey: z
    .string()
    .regex(/-----BEGIN /, "should be the text of a private key; a file goes into privateKeyFile")
    .optional()
    .describe("Text of a private key; a secret."),
  privateKeyFile: z
    .string()
    .min(1, "should not be empty")
    .optional()
    .describe("File of a private key on this machine; `~/` and paths relative to the project are fine."),
  privateKeyPassword: z.string().optional().describe("Opens an encrypted private key; a secret."),
  password: z
    .string()
    .min(1, "should not be empty")
    .optional()
    .describe("Password of the user; a secret. Tried after a key, where both are set."),
  agentSocketPath: z
    .string()
    .startsWith("/", "should be an absolute path")
    .optional()
    .describe("Socket of an SSH agent. Default: the keys of ssh_config, `$SSH_AUTH_SOCK`, ssh's own key files."),
  hostKey: z
    .string()
    .regex(/^(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?$/, 'should read "ssh-ed25519 AAAA…"')
    .optional()
    .describe("Public key of the host; no other is accepted. `npm run hosts -- trust NAME` writes it."),
  knownHosts: z
    .string()
    .min(1, "should not be empty")
    .optional()
    .describe("A known_hosts file on this machine. Default: those of ssh. Unknown keys are refused."),
  sshConfig: z
    .union([z.string().min(1), z.literal(false)], { error: "should be a file, or false" })
    .optional()
    .describe("An ssh_config file on this machine, or false for none. Default: those of ssh. Settings win over it."),
  become: z
    .literal("sudo", { error: 'should be "sudo"' })
    .optional()
    .describe("Become root with sudo, where `user` is not root."),
  becomePassword: z
    .string({ error: "should be a text" })
    .regex(/^[^\n\r]+$/, "should be one line")
    .optional()
    .describe("What sudo asks for; a secret. Default: it asks for nothing (NOPASSWD)."),
  connectTimeout: seconds("Seconds to connect and log in. Default 15."),
  commandTimeout: seconds("Seconds until a command is ended that has no limit of its own. Default 900."),
  silenceTimeout: seconds("Seconds that a command may print nothing until it is ended. Default: no limit."),
  keepaliveInterval: seconds("Seconds between signs of life; after four without answer the host is lost. Default 15."),
};

const address = z
  .string({ error: "should be the name or address of the host" })
  .regex(/^[\w.:-]+$/, "should be a name or an address, without user or port")
  .describe("Name or address, or an alias of ssh_config. A change moves everything to that host.");

const proxySchema: z.ZodType<Connection> = z.lazy(() =>
  z.strictObject({
    host: address,
    ...fields,
    become: z.undefined({ error: "should not be set for a proxy" }).optional(),
    becomePassword: z.undefined({ error: "should not be set for a proxy" }).optional(),
    commandTimeout: z.undefined({ error: "should not be set for a proxy" }).optional(),
    silenceTimeout: z.undefined({ error: "should not be set for a proxy" }).optional(),
    proxy: proxySchema.optional(),
  }),
);

/** A host of the settings: its connection, and what else it needs. */
export const hostSchema = z.strictObject({
  host: address,
  ...fields,
  proxy: proxySchema
    .optional()
    .describe(
      "A host to go through, with the same keys; its own `proxy` makes a chain. Default: ProxyJump of ssh_config.",
    ),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, "should be the name of a Debian package"), {
      error: "should be a list of Debian packages",
    })
    .optional()
    .describe("More Debian packages, e.g. libraries that a Python package needs."),
});

export type HostSettings = z.infer<typeof hostSchema>;
