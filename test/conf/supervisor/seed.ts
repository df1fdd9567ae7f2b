import fc from "fast-check";

/**
 * `SUPERVISED_SEED=1 SUPERVISED_CASES=100000 npm test -- supervisor/` asks the same again, or more. Every case is asked of
 * each version of supervisor.
 */
const seed = Number(process.env.SUPERVISED_SEED ?? Date.now() % 2 ** 31);
export const cases = Number(process.env.SUPERVISED_CASES ?? 5000);
console.log(`random cases with SUPERVISED_SEED=${seed}`);

/** Random values in portions that are one question each; all of them follow from the seed. */
export function* portions<T>(arbitrary: fc.Arbitrary<T>, count: number): Generator<T[]> {
  const portion = 250;
  for (let done = 0; done < count; done += portion)
    yield fc.sample(arbitrary, { seed: seed + done, numRuns: Math.min(portion, count - done) });
}
