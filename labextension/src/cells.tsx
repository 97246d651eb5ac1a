import * as React from 'react';

import { prompt, Spinner } from './activity';
import type { ICellRow } from './tokens';
import type { IPartProps } from './total';

/** Rows beyond this are not drawn: they are the smallest. */
const MAX_ROWS = 100;

/** What the list of cells is given. */
interface ICellsProps extends IPartProps {
  /** Called when the user chooses a row. */
  reveal: (row: ICellRow) => void;
}

/** The cells by energy, and the energy between them. */
export function Cells({ reveal, ...part }: ICellsProps): React.JSX.Element {
  const { view, quantities, trans } = part;
  const rows = view.cells.slice(0, MAX_ROWS);
  const most = Math.max(0, ...rows.map(row => row.joules ?? 0));
  const { betweenJoules } = view;
  return (
    <section aria-label={trans.__('Cells by energy')}>
      <h4>
        {trans.__('Cells')}
        <span>{trans.__('by energy')}</span>
      </h4>
      {rows.length === 0 && (
        <div className="jp-green-faint">{trans.__('No cell has run since metering began.')}</div>
      )}
      {rows.map(row => (
        <Row
          key={row.id ?? `running ${row.executionCount}`}
          {...part}
          row={row}
          most={most}
          reveal={reveal}
        />
      ))}
      {betweenJoules !== null && (
        <div
          className="jp-green-faint jp-green-between"
          title={trans.__('Used by this kernel while no cell ran; part of the total')}
        >
          {trans.__(
            'between cells: %1',
            quantities.text(quantities.energy({ value: betweenJoules }))
          )}
        </div>
      )}
    </section>
  );
}

/** One cell. */
function Row(props: ICellsProps & { row: ICellRow; most: number }): React.JSX.Element {
  const { row, most, quantities, reveal, trans, wording } = props;
  const energy = quantities.energy({ value: row.joules, low: row.low, high: row.high });
  const width = most > 0 ? 100 * ((row.joules ?? 0) / most) : 0;
  const status = row.status === 'running' ? '' : wording.status(row.status);
  const title = [
    row.label,
    `${quantities.text(energy)} · ${quantities.duration(row.duration)}`,
    status
  ];
  return (
    <button
      className="jp-green-cell"
      data-execution-count={row.executionCount ?? undefined}
      data-record-id={row.id ?? undefined}
      onClick={() => reveal(row)}
      title={title.filter(part => part).join('\n')}
    >
      <span className="jp-green-prompt">
        {prompt(row)}
        {row.status === 'running' && <Spinner label={trans.__('running')} />}
        {status && (
          <span className="jp-green-mark" role="img" aria-label={status}>
            {row.status === 'error' ? '✕' : '■'}
          </span>
        )}
      </span>
      <code>
        <i style={{ width: `${width}%` }} />
        <bdi>{row.label ?? trans.__('cell')}</bdi>
      </code>
      <span className="jp-green-figure">{quantities.text({ ...energy, range: '' })}</span>
    </button>
  );
}
