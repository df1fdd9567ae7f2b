import { z } from "zod";
import type { Connection } from "../provider/connection";

const fields = {
  port: z
    .int({ error: "should be a port, 1 to 65535" })
    .min(1, "should be a port, 1 to 65535")
    .max(65535, "should be a port, 1 to 65535")
    .optional()
    .describe("Port of sshd. Default 22."),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]*$/, "should be the name of a user")
    .optional()
    .describe("Who logs in. Default root."),
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
  password: z.string().min(1, "should not be empty").optional().describe("Password of the user; a secret."),
  agentSocketPath: z
    .string()
    .startsWith("/", "should be an absolute path")
    .optional()
    .describe("Socket of an SSH agent. Default `$SSH_AUTH_SOCK`, where neither key nor password is set."),
  hostKey: z
    .string()
    .regex(/^(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?$/, 'should read "ssh-ed25519 AAAA…"')
    .optional()
    .describe("Public key of the host. This or `knownHosts` is required."),
  knownHosts: z.string().min(1, "should not be empty").optional().describe("A known_hosts file on this machine."),
  become: z
    .literal("sudo", { error: 'should be "sudo"' })
    .optional()
    .describe("Become root with `sudo -n`, where `user` is not root."),
  connectTimeout: z
    .number({ error: "should be a number of seconds" })
    .positive("should be more than 0 seconds")
    .optional()
    .describe("Seconds to connect and log in. Default 15."),
};

const address = z
  .string({ error: "should be the name or address of the host" })
  .regex(/^[\w.:-]+$/, "should be a name or an address, without user or port")
  .describe("Name or address. A change moves everything to that host.");

const proxySchema: z.ZodType<Connection> = z.lazy(() =>
  z.strictObject({
    host: address,
    ...fields,
    become: z.undefined({ error: "should not be set for a proxy" }).optional(),
    proxy: proxySchema.optional(),
  }),
);

/** A host of the settings: its connection, and what else it needs. */
export const hostSchema = z.strictObject({
  host: address,
  ...fields,
  proxy: proxySchema.optional().describe("A host to go through, with the same keys; its own `proxy` makes a chain."),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, "should be the name of a Debian package"), {
      error: "should be a list of Debian packages",
    })
    .optional()
    .describe("More Debian packages, e.g. libraries that a Python package needs."),
});

export type HostSettings = z.infer<typeof hostSchema>;
