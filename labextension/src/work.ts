import type { Work } from './protocol';
import type { IWork } from './tokens';

/** What was done for some energy; null where one of them is not known. */
export function workOf(done: Work | null | undefined, joules: number | null): IWork | null {
  return done && done.amount > 0 && joules !== null
    ? { amount: done.amount, unit: done.unit, joules }
    : null;
}

/** What several runs did for what those of them used; null where it is nothing, or of more than one unit. */
export function sumOfWork(runs: readonly (IWork | null)[]): IWork | null {
  const [first, ...others] = runs.filter((work): work is IWork => work !== null);
  if (!first || others.some(({ unit }) => unit !== first.unit)) {
    return null;
  }
  return others.reduce(
    (sum, { amount, joules }) => ({
      ...sum,
      amount: sum.amount + amount,
      joules: sum.joules + joules
    }),
    first
  );
}
