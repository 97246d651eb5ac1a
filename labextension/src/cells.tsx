import * as React from 'react';

import { CellRow } from './cellrow';
import { byTime } from './runs';
import type { ICellList, ICellRef, ICellRow } from './tokens';
import type { ISpeech } from './total';

/** How many rows are drawn unless all are asked for. */
const FIRST_ROWS = 50;

/** What the list of cells is given. */
export interface ICellsProps extends ISpeech {
  list: ICellList;
  /** Called when the user chooses a row. */
  reveal: (cell: ICellRef) => void;
  /** Whether there is anything to be chosen in that row. */
  canReveal: (cell: ICellRow) => boolean;
  /** Whether the rows are told apart by the time at which they ran, not by their numbers. */
  isTimed?: boolean;
  /** What to say when there is none. */
  empty: string;
}

/** The cells, by energy or by time, and the energy between them. */
export function Cells(props: ICellsProps): React.JSX.Element {
  const { list, canReveal, empty, isTimed = false, quantities, reveal, trans, wording } = props;
  const [order, setOrder] = React.useState<'energy' | 'time'>('energy');
  const [isWhole, setWhole] = React.useState(false);
  const rows = React.useMemo(
    () => (order === 'time' ? byTime(list.cells) : list.cells),
    [list.cells, order]
  );
  const most = rows.reduce((most, row) => Math.max(most, row.joules ?? 0), 0);
  const shown = isWhole ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <section className="jp-green-cells" aria-label={trans.__('Cells')}>
      <h3>
        {trans.__('Cells')}
        <select
          aria-label={trans.__('Order of the cells')}
          value={order}
          onChange={event => setOrder(event.target.value === 'time' ? 'time' : 'energy')}
        >
          <option value="energy">{trans.__('by energy')}</option>
          <option value="time">{trans.__('by time')}</option>
        </select>
      </h3>
      {rows.length === 0 && <p className="jp-green-faint">{empty}</p>}
      <ul className="jp-green-list">
        {shown.map(row => (
          <CellRow
            key={row.key}
            row={row}
            width={most > 0 ? Math.round(100 * ((row.joules ?? 0) / most)) : 0}
            isTimed={isTimed}
            isChoice={canReveal(row)}
            reveal={reveal}
            quantities={quantities}
            trans={trans}
            wording={wording}
          />
        ))}
      </ul>
      {rows.length > FIRST_ROWS && (
        <button
          className="jp-green-link"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole
            ? trans.__('show the first %1', quantities.number(FIRST_ROWS, 0))
            : trans.__('show all %1', quantities.number(rows.length, 0))}
        </button>
      )}
      {list.betweenJoules !== null && (
        <div
          className="jp-green-faint jp-green-between"
          title={trans.__('Used while no cell ran; part of the total')}
        >
          {[
            trans.__(
              'between cells: %1',
              quantities.text(quantities.energy({ value: list.betweenJoules }))
            ),
            wording.between(list.betweenWhy)
          ]
            .filter(part => part)
            .join(' – ')}
        </div>
      )}
    </section>
  );
}
