import * as React from 'react';

import type { ICellRow } from './tokens';
import type { IPartProps } from './total';

/** Power at this moment, and what runs. */
export function Activity({ view, quantities, trans }: IPartProps): React.JSX.Element | null {
  if (view.origin !== 'live') {
    return null;
  }
  return (
    <section aria-label={trans.__('Power now')}>
      <h4>
        {trans.__('Power now')}
        <span className="jp-green-power" data-watts={view.power?.kernel_w ?? undefined}>
          {view.power ? (
            <>
              <b>{quantities.power(view.power.kernel_w)}</b>{' '}
              {view.power.machine_w !== null &&
                trans.__('of %1 machine', quantities.power(view.power.machine_w))}
            </>
          ) : (
            trans.__('idle')
          )}
        </span>
      </h4>
      {view.cells
        .filter(cell => cell.status === 'running')
        .map(cell => (
          <Running key={cell.executionCount} cell={cell} quantities={quantities} trans={trans} />
        ))}
    </section>
  );
}

/** What a running cell has used so far. */
function Running(
  props: Pick<IPartProps, 'quantities' | 'trans'> & { cell: ICellRow }
): React.JSX.Element {
  const { cell, quantities, trans } = props;
  const energy = quantities.energy({ value: cell.joules, low: cell.low, high: cell.high });
  return (
    <div className="jp-green-running" title={energy.range && quantities.text(energy)}>
      <Spinner label={trans.__('running')} />
      <b>{prompt(cell)}</b> {trans.__('%1 so far', quantities.text({ ...energy, range: '' }))}
      {` · ${quantities.duration(cell.duration)}`}
    </div>
  );
}

/** Says that a cell runs. */
export function Spinner({ label }: { label: string }): React.JSX.Element {
  return <span className="jp-green-spinner" role="img" aria-label={label} title={label} />;
}

/** A cell's number as in its prompt. */
export function prompt(cell: ICellRow): string {
  return `[${cell.executionCount ?? ' '}]`;
}
