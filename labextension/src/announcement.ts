import type { IFootprintView } from './tokens';
import type { ISpeech } from './total';

/**
 * What a screen reader is told: changes of state, never ticks.
 *
 * @param before - What was shown of the same notebook.
 * @param after - What is shown now.
 * @returns Empty when there is nothing to say.
 */
export function announcement(
  before: IFootprintView | null,
  after: IFootprintView | null,
  { quantities, trans, wording }: ISpeech
): string {
  if (!before || !after) {
    return '';
  }
  if (before.stale === null && after.stale !== null) {
    return trans.__('The kernel is gone: last seen %1', quantities.time(after.stale.seen));
  }
  if (before.origin === 'live' && after.origin === 'live' && before.metering !== after.metering) {
    return after.metering === 'off' ? trans.__('metering is off') : trans.__('metering is on');
  }
  const running = new Set(runningIn(before));
  if (running.size === 0) {
    return '';
  }
  const finished = after.cells.filter(
    cell => cell.status !== 'running' && running.has(cell.executionCount)
  );
  return finished
    .map(({ executionCount, status, joules, runs, members }) => {
      const name = String(executionCount);
      // Of a re-run only the run that ended now.
      const used = runs > 1 ? (members[0]?.joules ?? null) : joules;
      const ending = status === 'running' ? '' : wording.status(status);
      const words =
        runs > 1 && used === null
          ? trans.__('cell %1 finished', name)
          : trans.__(
              'cell %1 finished: %2',
              name,
              quantities.text(quantities.energy({ value: used }))
            );
      return ending ? `${words}, ${ending}` : words;
    })
    .join('; ');
}

function runningIn(view: IFootprintView): (number | null)[] {
  return view.cells.flatMap(({ status, executionCount }) =>
    status === 'running' && executionCount !== null ? [executionCount] : []
  );
}
