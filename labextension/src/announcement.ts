import type { Budget } from './protocol';
import type { IFootprintView } from './tokens';
import type { ISpeech } from './total';

/** From the harmless to the gravest. */
const STATES: readonly Budget['state'][] = ['within', 'foretold', 'near', 'spent'];

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
  const short = scarcity(budgetsIn(before), budgetsIn(after), trans);
  if (short) {
    return short;
  }
  if (before.trial && !after.trial) {
    const verified = after.suggestions.find(({ id }) => id === before.trial?.id)?.verified;
    return verified ? wording.verified(verified) : trans.__('the measurement has ended');
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

/** What is to be said of a budget that became scarcer; empty when none did. */
function scarcity(
  before: readonly Budget[],
  after: readonly Budget[],
  trans: ISpeech['trans']
): string {
  const worse = after.find(({ scope, state }) => {
    const last = before.find(other => other.scope === scope)?.state ?? 'within';
    return STATES.indexOf(state) > STATES.indexOf(last);
  });
  switch (worse?.state) {
    case 'spent':
      return trans.__('a budget is spent');
    case 'near':
      return trans.__('a budget is nearly spent');
    case 'foretold':
      return trans.__('by the forecast, a budget will not be enough');
    default:
      return '';
  }
}

function budgetsIn(view: IFootprintView): Budget[] {
  return [...view.budgets, ...view.cells.flatMap(({ budget }) => (budget ? [budget] : []))];
}
