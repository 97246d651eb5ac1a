import * as React from 'react';

import { BudgetLine } from './budgets';
import { Devices } from './devices';
import { prompt, Spinner } from './marks';
import { PowerChart } from './powerchart';
import type { ICellRow } from './tokens';
import type { IPartProps, ISpeech } from './total';

/** Power at this moment, the last minutes, and what runs. */
export function Activity(props: IPartProps & { isChartShown: boolean }): React.JSX.Element | null {
  const { isChartShown, view, ...speech } = props;
  const { trans } = speech;
  if (view.origin !== 'live') {
    return null;
  }
  const running = view.cells.filter(cell => cell.status === 'running');
  return (
    <section className="jp-green-activity" aria-label={trans.__('Power now')}>
      <h3>
        {trans.__('Power now')}
        <Power view={view} {...speech} />
      </h3>
      <PowerChart
        {...speech}
        history={view.history}
        isRunning={view.power !== null}
        isShown={isChartShown}
      />
      <Devices view={view} {...speech} />
      {running.map(cell => (
        <Running key={cell.key} cell={cell} isStale={view.stale !== null} {...speech} />
      ))}
    </section>
  );
}

/** "this kernel 214 W of 390 W machine", or why there is no power to tell. */
function Power({ view, quantities, trans }: IPartProps): React.JSX.Element {
  const { metering, power, stale } = view;
  const kernel = power?.kernel_w ?? null;
  return (
    <span className="jp-green-power" data-watts={kernel ?? undefined}>
      {stale ? (
        trans.__('last seen %1', quantities.time(stale.seen))
      ) : power ? (
        <>
          {trans.__('this kernel')} <b>{quantities.power(kernel)}</b>
          {power.machine_w !== null &&
            ` ${trans.__('of %1 machine', quantities.power(power.machine_w))}`}
        </>
      ) : metering === 'off' ? (
        trans.__('not metered')
      ) : (
        trans.__('idle')
      )}
    </span>
  );
}

/** What a running cell has used so far, and what it is going to need. */
function Running(props: ISpeech & { cell: ICellRow; isStale: boolean }): React.JSX.Element {
  const { cell, isStale, quantities, trans } = props;
  const energy = quantities.energy({ value: cell.joules, low: cell.low, high: cell.high });
  return (
    <div className="jp-green-running" title={energy.range && quantities.text(energy)}>
      {!isStale && <Spinner label={trans.__('running')} age={cell.duration} />}
      <b>{prompt(cell)}</b> {trans.__('%1 so far', quantities.text({ ...energy, range: '' }))}
      {cell.work && (
        <span className="jp-green-per-unit">
          {` · ${quantities.perUnit({ value: cell.work.joules }, cell.work)}`}
        </span>
      )}
      {cell.duration !== null && ` · ${quantities.duration(cell.duration)}`}
      {cell.forecast && !isStale && <Outlook {...props} forecast={cell.forecast} />}
      {cell.budget && <BudgetLine {...props} budget={cell.budget} />}
    </div>
  );
}

/** "forecast 8.3 Wh (7.6 – 9.1) · 2 min left". */
function Outlook(
  props: ISpeech & { forecast: NonNullable<ICellRow['forecast']> }
): React.JSX.Element | null {
  const { forecast, quantities, trans } = props;
  const { joules, low, high, grams, seconds_left, at_least } = forecast;
  if (joules === null && seconds_left === null) {
    return null;
  }
  const energy = quantities.energy({ value: joules, low, high });
  const least = quantities.energy({ value: low });
  const share = at_least && joules && low !== null ? low / joules : 1;
  const title = at_least
    ? trans.__(
        '%1 if it goes on as it does; each part takes longer than the one before',
        quantities.text(energy)
      )
    : trans.__('What the whole cell is going to need, if it goes on as it does');
  return (
    <div className="jp-green-forecast" title={title}>
      {joules !== null && (
        <>
          {at_least ? trans.__('forecast at least') : trans.__('forecast')}{' '}
          <b>{quantities.text({ ...(at_least ? least : energy), range: '' })}</b>
          {!at_least && energy.range && ` (${energy.range})`}
          {typeof grams === 'number' &&
            ` · ${quantities.text(quantities.emissions({ value: grams * share }))} CO₂e`}
        </>
      )}
      {joules !== null && seconds_left !== null && ' · '}
      {seconds_left !== null && trans.__('%1 left', quantities.duration(seconds_left))}
    </div>
  );
}
