import * as React from 'react';

import { DEFINITIONS, type SuggestedAction } from './protocol';
import { askForCode, askToMeasure, askToShutDown, costOf } from './suggestiondialogs';
import { codeToMeasure } from './suggestionmemory';
import type { CardProps } from './suggestions';
import type { IInsertion } from './tokens';

/** What the button of an action is given. */
type ActionProps = CardProps & {
  action: SuggestedAction;
  /** Whether this suggestion is being measured. */
  isMeasured: boolean;
};

/** The button of one action, where this frontend can do it. */
export function Action(props: ActionProps): React.JSX.Element | null {
  const { action, actions, trans } = props;
  const { insert, shutDown } = actions;
  switch (action.kind) {
    case 'measure':
      return <Measure {...props} />;
    case 'insert':
      return insert &&
        isWhole(action.code) &&
        (action.before === null || isWhole(action.before)) ? (
        <button onClick={() => void insertCode(props, insert)}>{trans.__('Insert code…')}</button>
      ) : null;
    case 'shut-down':
      return shutDown ? (
        <button onClick={() => void askToShutDown(props).then(accepted => accepted && shutDown())}>
          {trans.__('Shut kernel down…')}
        </button>
      ) : null;
    case 'details':
      return null;
  }
}

/** Whether there is code of which nothing was cut off. */
function isWhole(code: string | null): boolean {
  return !!code && code.length < DEFINITIONS.SuggestedAction.properties.code.maxLength;
}

/** Show the code to be edited, and put into the notebook what the user agrees to, unless there is an obstacle. */
async function insertCode(props: ActionProps, insertion: IInsertion): Promise<void> {
  const { action, cells, memory, suggestion } = props;
  const { before, execution_count: executionCount } = action;
  const place = { before, executionCount, recordId: recordOf(cells, executionCount) };
  const obstacle = insertion.obstacle(place);
  if (obstacle) {
    memory.note(suggestion.id, { kind: 'refused', why: obstacle });
    return;
  }
  const code = await askForCode(props);
  if (code === null || code === before) {
    return;
  }
  const why = insertion.insert(place, code);
  memory.note(
    suggestion.id,
    why ? { kind: 'refused', why } : { kind: before === null ? 'inserted' : 'edited' }
  );
}

/** The record of the run with this number, in this life of the kernel. */
function recordOf(cells: ActionProps['cells'], executionCount: number | null): string | null {
  return (
    cells
      .flatMap(row => [row, ...row.members])
      .find(run => run.executionCount !== null && run.executionCount === executionCount)?.id ?? null
  );
}

/** Starts a measurement, which states its cost first. */
function Measure(props: ActionProps): React.JSX.Element | null {
  const { actions, isBusy, isMeasured, memory, suggestion, trans, trial } = props;
  const { run } = actions;
  const line = codeToMeasure(suggestion.id);
  if (!run || line === null || isMeasured) {
    return null;
  }
  const isOther = trial !== null || memory.measuring !== null;
  const cost = costOf(props);
  const measure = async () => {
    if (await askToMeasure({ ...props, line })) {
      await memory.measure(suggestion.id, () => run(line));
    }
  };
  return (
    <button
      disabled={isBusy || isOther}
      title={
        isOther
          ? trans.__('Another measurement is under way')
          : isBusy
            ? trans.__('The kernel is busy')
            : undefined
      }
      onClick={() => void measure()}
    >
      {cost ? trans.__('Measure… %1', cost) : trans.__('Measure…')}
    </button>
  );
}
