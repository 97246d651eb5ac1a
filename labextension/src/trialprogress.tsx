import * as React from 'react';

import type { TrialProgress } from './protocol';
import type { IPanelActions } from './tokens';
import type { ISpeech } from './total';

/** What the progress of a measurement is given. */
export interface ITrialProgressProps extends ISpeech {
  /** What is measured. */
  name: string;
  /** Null until the kernel tells of it. */
  trial: TrialProgress | null;
  actions: IPanelActions;
}

/** How far a measurement has come, what it has used so far, and how to stop it. */
export function Progress(props: ITrialProgressProps): React.JSX.Element {
  const { actions, name, quantities, trans, trial } = props;
  const { interrupt } = actions;
  const so = trial ? figures(trial, props).filter(part => part) : [];
  return (
    <div className="jp-green-trial">
      <span className="jp-green-measuring" role="status">
        {trans.__('measuring…')}
      </span>
      {interrupt && <button onClick={() => interrupt()}>{trans.__('Stop')}</button>}
      <progress
        aria-label={trans.__('Measurement: %1', name)}
        aria-valuetext={
          trial ? [quantities.percent(share(trial)), ...so.slice(1)].join(', ') : undefined
        }
        // Without a value it is under way, no more is known.
        max={1}
        value={trial ? share(trial) : undefined}
      />
      {so.length > 0 && <span className="jp-green-faint">{so.join(' · ')}</span>}
    </div>
  );
}

function share({ done, of }: TrialProgress): number {
  return Math.min(1, done / of);
}

/** "5 of 24 runs", "40 s left", "0.12 Wh so far". */
function figures(
  { done, of, seconds_left, joules }: TrialProgress,
  { quantities, trans }: ISpeech
): string[] {
  return [
    trans.__('%1 of %2 runs', quantities.number(done, 0), quantities.number(of, 0)),
    seconds_left === null ? '' : trans.__('%1 left', quantities.duration(seconds_left)),
    joules === null
      ? ''
      : trans.__('%1 so far', quantities.text(quantities.energy({ value: joules })))
  ];
}
