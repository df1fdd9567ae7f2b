import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isScalar, type Pair, parse, parseDocument, type YAMLMap } from "yaml";

/**
 * The text of a stack file with `hostKey` in the block at `path`; `knownHosts` there makes room for it. All else stays
 * as it was written, to the byte. Throws where that block can't be found or is shared by an anchor.
 */
export function withHostKey(text: string, path: readonly string[], hostKey: string): string {
  const block = blockAt(text, path);
  const pairs = block.items as Pair[];
  const named = (name: string) => pairs.find(({ key }) => isScalar(key) && key.value === name);
  const line = `hostKey: ${hostKey}`;
  const old = named("hostKey") ?? named("knownHosts");
  const host = named("host");
  const written =
    old !== undefined
      ? splice(text, start(old), end(old), line)
      : block.flow
        ? splice(text, start(pairs[0]!), start(pairs[0]!), `${line}, `)
        : host !== undefined && isScalar(host.value)
          ? below(text, host, line)
          : splice(text, start(pairs[0]!), start(pairs[0]!), `${line}\n${indent(text, pairs[0]!)}`);
  prove(text, written, path, hostKey);
  return written;
}

function blockAt(text: string, path: readonly string[]): YAMLMap {
  const node = parseDocument(text).getIn(path, true);
  const place = path.slice(1).join(".");
  if (isAlias(node)) throw new Error(`${place} is *${node.source}, which others share: write hostKey there by hand`);
  if (!isMap(node) || node.items.length === 0) throw new Error(`${place} is not in the file as a block of settings`);
  return node;
}

const rangeOf = (node: unknown): [number, number, number] => (node as { range: [number, number, number] }).range;
const start = ({ key }: Pair): number => rangeOf(key)[0];
const end = ({ value }: Pair): number => rangeOf(value)[1];
const splice = (text: string, from: number, to: number, inserted: string): string =>
  text.slice(0, from) + inserted + text.slice(to);
const indent = (text: string, pair: Pair): string => " ".repeat(start(pair) - text.lastIndexOf("\n", start(pair)) - 1);

function below(text: string, pair: Pair, line: string): string {
  const at = text.indexOf("\n", end(pair));
  const to = at < 0 ? text.length : at;
  return splice(text, to, to, `\n${indent(text, pair)}${line}`);
}

/** Nothing but that one value may differ. */
function prove(before: string, after: string, path: readonly string[], hostKey: string): void {
  const [expected, written] = [before, after].map((text) => parse(text, { maxAliasCount: -1 }));
  const block = path.reduce((at, key) => at[key], expected);
  delete block.knownHosts;
  block.hostKey = hostKey;
  if (!isDeepStrictEqual(expected, written))
    throw new Error(
      `hostKey can't be written there: put \`hostKey: ${hostKey}\` into ${path.slice(1).join(".")} by hand`,
    );
}
