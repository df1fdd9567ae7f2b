import { optionNames, optionText } from "../conf/program/options";

/** docs/supervisor-options.md: every option with its rule, unit and defaults, from the texts of the schema. */
export function optionsPage(): string {
  const sections = groups.flatMap(([title, options]) => [
    `## ${title}`,
    "",
    "| option | what, and its default |",
    "|---|---|",
    ...options.map((name) => `| \`${name}\` | ${optionText(name).replaceAll("|", "\\|")} |`),
    "",
  ]);
  return [head, ...sections, tail].join("\n");
}

const isAbout = (pattern: RegExp) => optionNames.filter((name) => pattern.test(name));
const logging = /^(redirect_|std(out|err)_)/;
const socket = /^socket/;
const stopping = /^(stop|kill|auto|start|exit|priority)/;
const groups: [string, typeof optionNames][] = [
  ["What runs", optionNames.filter((name) => ![logging, socket, stopping].some((one) => one.test(name)))],
  ["Start and stop", isAbout(stopping)],
  ["Logs", isAbout(logging)],
  ["A socket that stays open", isAbout(socket)],
];

const head = `<!-- Made by \`npm run schema\` from conf/program/options.ts: edit it there. -->
# Supervisor's options

What \`program:\` of an app takes: every option of \`[program:x]\` and \`[fcgi-program:x]\` of supervisor 4.2.5 to 4.3.0 under its own name. \`environment\` is a key of the app itself. Where our default is another than supervisor's, both are named.

**Texts are written as they are meant.** A percent sign is one percent sign, \`;\` and \`#\` begin no comment, a variable may have several lines. What supervisor's file format can't hold is refused before anything is touched, by name and without its value: in \`environment\` a value with both kinds of quotes, with a quote at one of its ends, with a backslash and a single quote, a carriage return or a NUL; in an option a line break, a control character or a space at one of its ends.

**What supervisor replaces**: \`%(program_name)s\`, \`%(group_name)s\`, \`%(host_node_name)s\`, \`%(process_num)d\` (also \`02d\`), \`%(numprocs)d\` and \`%(ENV_NAME)s\` (a variable of supervisord itself) in \`command\`, \`directory\`, \`process_name\` and the paths of logs; in \`socket\` only \`%(program_name)s\` and \`%(ENV_NAME)s\`; in \`environment\` nothing. \`%(here)s\` is refused: it would be the directory of the installed conf.
`;

const tail = `## In an editor

\`schema/stack.schema.json\` is a JSON Schema of the whole stack config, made from the same source (\`npm run schema\`). Editors that speak YAML's language server (VS Code's YAML extension, Neovim, IntelliJ) complete and check a stack with this first line:

\`\`\`yaml
# yaml-language-server: $schema=schema/stack.schema.json
\`\`\`
`;
