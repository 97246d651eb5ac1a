import * as React from 'react';

import { Cells } from './cells';
import { Notice, Spinner } from './marks';
import type { ICellRef, IHistoryModel } from './tokens';
import { Total, type ISpeech } from './total';

/** What a tab on the ledger is given. */
export interface IHistoryTabProps extends ISpeech {
  model: IHistoryModel;
  reveal: (cell: ICellRef) => void;
  isInDocument: (id: string) => boolean;
}

/** What the ledger holds of a stretch of time. */
export function HistoryTab(props: IHistoryTabProps): React.JSX.Element {
  const { model, reveal, isInDocument, ...speech } = props;
  const { trans } = speech;
  const { period, trouble, view } = model;
  if (!view && !trouble) {
    return (
      <p className="jp-green-empty">
        <Spinner label={trans.__('loading')} /> {trans.__('Reading the ledger…')}
      </p>
    );
  }
  const isEmpty = view !== null && view.cellCount === 0 && view.cells.length === 0;
  return (
    <>
      <Trouble {...props} />
      {isEmpty && (
        <p className="jp-green-empty">
          {period === 'today'
            ? trans.__('Nothing has been metered today. Cells of every notebook will appear here.')
            : trans.__('Nothing has been metered yet. Cells of every notebook will appear here.')}
        </p>
      )}
      {view && !isEmpty && (
        <>
          <Total totals={view} {...speech} />
          <Cells
            list={view}
            isTimed
            reveal={reveal}
            canReveal={({ id }) => id !== null && isInDocument(id)}
            empty={trans.__('No single cell is listed.')}
            {...speech}
          />
          <section className="jp-green-sources">{scope(props)}</section>
        </>
      )}
    </>
  );
}

/** Why the figures are not new, and of when they are. */
function Trouble({ model, quantities, trans }: IHistoryTabProps): React.JSX.Element | null {
  const { trouble, updated } = model;
  if (!trouble) {
    return null;
  }
  const since = updated
    ? trans.__('last figures from %1', quantities.time(updated))
    : trans.__('no figures yet');
  return (
    <Notice icon="⚠">
      {trouble.kind === 'offline'
        ? trans.__('Server not reachable: %1.', since)
        : trans.__('The ledger could not be read: %1.', since)}
      {trouble.reason && (
        <>
          {' '}
          <bdi>{trouble.reason}</bdi>
        </>
      )}
    </Notice>
  );
}

/** "23 cells of 2 kernels, from the ledger on this machine". */
function scope({ model, trans }: IHistoryTabProps): string {
  const { cellCount = 0, kernels = 0 } = model.view ?? {};
  return trans.__(
    '%1, %2: from the ledger, whichever notebook ran them.',
    trans._n('one cell', '%1 cells', cellCount),
    trans._n('one kernel', '%1 kernels', kernels)
  );
}
