import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../resources/release";
import type { AppSettings } from "../settings";
import { gate } from "./gate";
import { localHooks } from "./hooks";
import type { Host } from "./host";
import { batchesOf, describeOrder, type Rollout } from "./rollout";
import { checkSource, describe, outputOf, type Source, sourceOf } from "./source";
import { accessOf, aliasPath, dependenciesOf, placesOf, WebApp, type WebAppOutputs } from "./webApp";

/** One app on all of its hosts: resolved once, prepared everywhere, then released. */
export async function deploy(
  app: string,
  settings: AppSettings,
  hosts: readonly Host[],
): Promise<Record<string, WebAppOutputs>> {
  const asked = { conf: settings.conf, alias: aliasPath(settings) };
  const { repository, ref, subdirectory } = settings;
  const { path } = placesOf(app, settings);
  const dependencies = dependenciesOf(settings);
  const wanted = { repository, ref, path, dependencies, subdirectory, access: accessOf(settings), ...asked };
  const found = await sourceOf(wanted, hosts);
  if (found !== undefined) checkSource(app, asked, settings.start, found);
  const told = outputOf(found, hosts);
  const local = await localHooks({ app, commit: told.commit, hooks: settings.hooks.local });
  const source = after(told, local);
  const webApps = hosts.map((host) => new WebApp({ app, host, settings, source }));
  const news = found === undefined ? undefined : describe(app, ref, found);
  const batches = batchesOf(webApps, settings.rollout);
  const order = describeOrder(batches.map((batch) => batch.map(({ args }) => args.host.label)));
  if (news !== undefined) void pulumi.log.info([news, order].filter(Boolean).join("\n  "), webApps[0]);
  const released = releaseAll(app, batches, settings.rollout);
  await hooksAfter(settings, released);
  return Object.fromEntries(released.map(([webApp, release]) => [webApp.args.host.label, webApp.outputs(release)]));
}

/** Everywhere prepared, then batch after batch: one that fails keeps the next from beginning. */
function releaseAll(app: string, batches: readonly WebApp[][], rollout: Rollout | undefined): [WebApp, Release][] {
  const { pause = 0, onFailure = "stop" } = rollout ?? {};
  const released: [WebApp, Release][] = [];
  const webApps = batches.flat();
  let before = webApps.flatMap((webApp) => webApp.prepared);
  for (const [i, batch] of batches.entries()) {
    const gates = webApps.length === 1 ? [] : [gate(`${app}-batch-${i + 1}`, before)];
    const place = { pause: i === 0 ? 0 : pause, onFailure };
    const releases = batch.map((webApp) => webApp.release(gates, place));
    batch.forEach((webApp, at) => void released.push([webApp, releases[at]!]));
    before = [...gates, ...releases];
  }
  return released;
}

/** What is told once these are done. */
const after = (source: pulumi.Output<Source>, before: readonly pulumi.Resource[]): pulumi.Output<Source> =>
  before.length === 0 ? source : pulumi.all(before.map(({ urn }) => urn)).apply(() => source);

/** On each host once it is updated; on the first one once all of them are. */
async function hooksAfter({ hooks }: AppSettings, released: readonly [WebApp, Release][]): Promise<void> {
  const all = released.map(([, release]) => release);
  for (const [i, [webApp, release]] of released.entries()) {
    const own = hooks.afterUpdate.filter(({ on }) => on === "each");
    await webApp.hooksAfter(own, [release]);
    if (i === 0)
      await webApp.hooksAfter(
        hooks.afterUpdate.filter(({ on }) => on === "first"),
        all,
      );
  }
}
