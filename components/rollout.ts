import type { AppSettings } from "../settings";

export type Rollout = NonNullable<AppSettings["rollout"]>;

/** The hosts in the order in which they are switched over: the canaries, then batch by batch; without a rollout all at once. */
export function batchesOf<T>(hosts: readonly T[], rollout: Rollout | undefined): T[][] {
  if (rollout === undefined) return [[...hosts]];
  const size = sizeOf(rollout.batch, hosts.length);
  const batches = [hosts.slice(0, rollout.canary)];
  for (let at = rollout.canary; at < hosts.length; at += size) batches.push(hosts.slice(at, at + size));
  return batches.filter((batch) => batch.length > 0).map((batch) => [...batch]);
}

/** `25%` of ten hosts are three: a part of a host counts as one. */
function sizeOf(batch: Rollout["batch"], count: number): number {
  if (batch === undefined) return count;
  return typeof batch === "number" ? batch : Math.max(1, Math.ceil((Number.parseInt(batch, 10) * count) / 100));
}

/** `first web1, then web2 and web3, then web4`; undefined where there is no order. */
export function describeOrder(batches: readonly (readonly string[])[]): string | undefined {
  if (batches.length < 2) return undefined;
  const names = batches.map((batch) => [batch.slice(0, -1).join(", "), batch.at(-1)].filter(Boolean).join(" and "));
  return `first ${names.join(", then ")}`;
}
