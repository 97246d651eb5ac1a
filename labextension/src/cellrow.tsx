import * as React from 'react';

import { prompt, Spinner, spoken } from './marks';
import type { Quantities } from './quantities';
import type { ICellRef, ICellRow, ICellRun, IWork } from './tokens';
import type { ISpeech } from './total';

/** What a row is given: only values that stay the same as long as it need not be drawn anew. */
export interface ICellRowProps extends ISpeech {
  row: ICellRow;
  /** Of its bar, in per cent. */
  width: number;
  isTimed: boolean;
  isChoice: boolean;
  reveal: (cell: ICellRef) => void;
}

/** One cell: its only run, or its runs with their sum, to be opened. */
export const CellRow = React.memo(Row, (before, after) => {
  const { row: a, ...rest } = before;
  const { row: b, ...others } = after;
  return (
    isSame(rest, others) && (a === b || (isSame(plain(a), plain(b)) && isSame(a.work, b.work)))
  );
});

/** What a row has of its own: what was made anew for this update may say the same as before. */
function plain(row: ICellRow) {
  return { ...row, members: 0, work: 0 };
}

function isSame<T extends object>(a: T | null, b: T | null): boolean {
  if (a === null || b === null) {
    return a === b;
  }
  return (Object.keys(a) as (keyof T)[]).every(key => Object.is(a[key], b[key]));
}

function Row(props: ICellRowProps): React.JSX.Element {
  const { row, width, isChoice, reveal, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const canOpen = row.members.length > 1;
  const Go = isChoice ? 'button' : 'span';
  return (
    <>
      <li
        className={`jp-green-cell${isChoice ? ' jp-mod-choice' : ''}`}
        data-execution-count={row.executionCount ?? undefined}
        data-record-id={row.id ?? undefined}
        title={describe(props).join('\n')}
        onClick={isChoice ? () => reveal(row) : undefined}
      >
        <Go className="jp-green-go" aria-label={isChoice ? describe(props).join(', ') : undefined}>
          <span className="jp-green-prompt">
            <Mark {...props} />
          </span>
          <code>
            <i className="jp-green-bar" style={{ width: `${width}%` }} />
            <bdi>{row.label ?? trans.__('cell')}</bdi>
          </code>
        </Go>
        {row.runs > 1 && (
          <Times {...props} canOpen={canOpen} isOpen={isOpen} toggle={() => setOpen(!isOpen)} />
        )}
        <Amount {...props} run={row} />
        <PerUnit {...props} run={row} />
        <Remark {...props} />
      </li>
      {isOpen && canOpen && <Runs {...props} />}
    </>
  );
}

/** Its number or the time at which it ran, and whether it runs. */
function Mark({ row, isTimed, quantities, trans }: ICellRowProps): React.JSX.Element {
  return (
    <>
      {isTimed && row.started !== null
        ? quantities.moment(new Date(row.started * 1000))
        : prompt(row)}
      {row.status === 'running' && <Spinner label={trans.__('running')} age={row.duration} />}
    </>
  );
}

/** "×2", which opens the single runs if they are known. */
function Times(
  props: ICellRowProps & { canOpen: boolean; isOpen: boolean; toggle: () => void }
): React.JSX.Element {
  const { row, canOpen, isOpen, quantities, toggle, trans } = props;
  const text = `×${quantities.number(row.runs, 0)}`;
  const words = trans.__('ran %1 times', quantities.number(row.runs, 0));
  if (!canOpen) {
    return (
      <span className="jp-green-times" title={words}>
        {text}
      </span>
    );
  }
  return (
    <button
      className="jp-green-times"
      aria-expanded={isOpen}
      aria-label={`${words}: ${trans.__('show the single runs')}`}
      title={trans.__('%1: show the single runs', words)}
      onClick={event => {
        event.stopPropagation();
        toggle();
      }}
    >
      {text}
      <span aria-hidden="true">{isOpen ? '▴' : '▾'}</span>
    </button>
  );
}

function Amount({ run, quantities }: ISpeech & { run: ICellRun }): React.JSX.Element {
  return (
    <span className="jp-green-figure">
      {quantities.text({ ...quantities.energy({ value: run.joules }), range: '' })}
    </span>
  );
}

/** "0.42 J/sample". */
function PerUnit({ run, quantities }: ISpeech & { run: ICellRun }): React.JSX.Element | null {
  const { work } = run;
  return (
    work && (
      <span className="jp-green-per-unit">{quantities.perUnit({ value: work.joules }, work)}</span>
    )
  );
}

/** What a reader must know of this cell, by icon and words. */
function Remark({ row, trans, wording }: ICellRowProps): React.JSX.Element | null {
  const status = row.status === 'running' ? '' : wording.status(row.status);
  const remarks = [
    status && `${row.status === 'error' ? '✕' : '■'} ${status}`,
    row.budgetSpent && trans.__('budget spent'),
    row.lost && `⊘ ${trans.__('not in the document')}`
  ].filter(remark => remark);
  return remarks.length === 0 ? null : (
    <span className={`jp-green-remark${row.lost ? ' jp-mod-lost' : ''}`} data-status={row.status}>
      {remarks.join(' · ')}
    </span>
  );
}

/** The single runs of a cell, as far as they are known. */
function Runs(props: ICellRowProps): React.JSX.Element {
  const { row, isTimed, quantities, trans, wording } = props;
  const unlisted = row.runs - row.members.length;
  return (
    <li className="jp-green-runs">
      <ul aria-label={trans.__('Runs of %1', spoken(row, trans))}>
        {row.members.map((run, index) => (
          <li key={run.id ?? index}>
            <span>{prompt(run)}</span>
            <span>
              {[
                run.duration === null ? '' : quantities.duration(run.duration),
                isTimed || run.started === null
                  ? ''
                  : quantities.moment(new Date(run.started * 1000)),
                run.status === 'running' ? '' : wording.status(run.status)
              ]
                .filter(part => part)
                .join(' · ')}
            </span>
            <PerUnit {...props} run={run} />
            <Amount {...props} run={run} />
          </li>
        ))}
        {unlisted > 0 && (
          <li className="jp-green-faint">
            {trans._n('and one run more', 'and %1 runs more', unlisted)}
          </li>
        )}
      </ul>
    </li>
  );
}

/** "53,000 × sample, 0.421 J/sample (0.37 – 0.48)"; the range is that of all runs, which may have done other work. */
function worked(work: IWork, { joules, low, high }: ICellRow, quantities: Quantities): string {
  const whole = low !== null && joules === work.joules;
  const energy = whole ? { value: joules, low, high } : { value: work.joules };
  return `${quantities.work(work)}, ${quantities.perUnit(energy, work)}`;
}

/** All that is known of a row, part by part. */
function describe({ row, isTimed, quantities, trans, wording }: ICellRowProps): string[] {
  const energy = quantities.energy({ value: row.joules, low: row.low, high: row.high });
  return [
    spoken(row, trans),
    row.label ?? '',
    quantities.text(row.low === null ? quantities.energy({ value: row.joules }) : energy),
    row.work ? worked(row.work, row, quantities) : '',
    row.duration === null ? '' : quantities.duration(row.duration),
    isTimed && row.started !== null ? quantities.time(new Date(row.started * 1000)) : '',
    row.runs > 1 ? trans.__('ran %1 times', quantities.number(row.runs, 0)) : '',
    row.status === 'running' ? trans.__('running') : wording.status(row.status),
    row.lost
      ? trans.__(
          'its record is not in the document any more; the total has its energy all the same'
        )
      : ''
  ].filter(part => part);
}
