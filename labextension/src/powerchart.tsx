import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { shapeOf, type IPowerShape } from './chartshape';
import { ChartView } from './chartview';
import { isKnown } from './components';
import type { PowerHistory } from './protocol';
import type { Quantities } from './quantities';
import type { Wording } from './wording';

/** What the chart is given. */
export interface IPowerChartProps {
  /** Null or missing before the first step is complete. */
  history: PowerHistory | null | undefined;
  /** Whether the history goes on: its end is now. */
  isRunning: boolean;
  /** Whether the user wants it. */
  isShown: boolean;
  quantities: Quantities;
  trans: TranslationBundle;
  wording: Wording;
}

/** The kernel's power over the last minutes, stacked by component, with the cells that ran. */
export function PowerChart(props: IPowerChartProps): React.JSX.Element | null {
  const { history, isShown } = props;
  const shape = React.useMemo(
    () => (history && isShown ? shapeOf(history) : null),
    [history, isShown]
  );
  return shape && history ? <Chart {...props} shape={shape} end={history.end} /> : null;
}

type IChartProps = Omit<IPowerChartProps, 'history' | 'isShown'> & {
  shape: IPowerShape;
  /** Unix time, s. */
  end: number;
};

function Chart(props: IChartProps): React.JSX.Element {
  const { end, isRunning, quantities, shape, trans } = props;
  const { figure, hasFailed, retry } = useFigure(shape);
  return (
    <div className="jp-green-chart">
      <div
        className={`jp-green-chart-picture${hasFailed ? ' jp-mod-failed' : ''}`}
        role={hasFailed ? undefined : 'img'}
        aria-label={hasFailed ? undefined : describe(props)}
      >
        <div className="jp-green-chart-figure" ref={figure} aria-hidden="true" />
      </div>
      {hasFailed ? (
        <p>
          {trans.__('The chart could not be loaded.')}{' '}
          <button className="jp-green-link" onClick={retry}>
            {trans.__('Try again')}
          </button>
        </p>
      ) : (
        <>
          <Ticks {...props} />
          <Boundaries shape={shape} />
          <div className="jp-green-chart-time" aria-hidden="true">
            <span>{trans.__('−%1 min', quantities.number(shape.span / 60, 0))}</span>
            <span>{isRunning ? trans.__('now') : quantities.time(new Date(end * 1e3))}</span>
          </div>
          <Legend {...props} />
        </>
      )}
    </div>
  );
}

/** An element that the figure fills, whether that failed, and how to try again. */
function useFigure(shape: IPowerShape) {
  const figure = React.useRef<HTMLDivElement>(null);
  const view = React.useRef<ChartView | null>(null);
  const [hasFailed, setFailed] = React.useState(false);
  React.useEffect(() => {
    if (!figure.current) {
      return;
    }
    const current = new ChartView({
      element: figure.current,
      load: () => import('./chartplot'),
      onLoaded: succeeded => setFailed(!succeeded)
    });
    view.current = current;
    return () => current.dispose();
  }, []);
  React.useEffect(() => view.current?.show(shape), [shape]);
  return { figure, hasFailed, retry: () => view.current?.retry() };
}

/** "Power over the last 5 minutes: now 214 W, at most 250 W". */
function describe({ end, isRunning, quantities, shape, trans }: IChartProps): string {
  const minutes = shape.span / 60;
  const most = quantities.power(shape.most);
  if (isRunning) {
    const now = quantities.power(shape.latest);
    return trans._n(
      'Power over the last minute: now %2, at most %3',
      'Power over the last %1 minutes: now %2, at most %3',
      minutes,
      now,
      most
    );
  }
  return trans._n(
    'Power over the minute until %2: at most %3',
    'Power over the %1 minutes until %2: at most %3',
    minutes,
    quantities.time(new Date(end * 1e3)),
    most
  );
}

/** The y axis: nothing, half, and all. */
function Ticks({ quantities, shape: { top } }: IChartProps): React.JSX.Element {
  const isSmall = top >= 1 && top < 20;
  const tick = (watts: number) =>
    isSmall ? `${quantities.number(watts, 1)}\u00a0W` : quantities.power(watts);
  return (
    <div className="jp-green-chart-ticks" aria-hidden="true">
      <span>{tick(top)}</span>
      <span>{tick(top / 2)}</span>
      <span>{quantities.number(0, 0)}</span>
    </div>
  );
}

/** The cells' numbers, where they begin. */
function Boundaries({ shape }: { shape: IPowerShape }): React.JSX.Element {
  return (
    <div className="jp-green-chart-cells" aria-hidden="true">
      {shape.boundaries
        .filter(({ label }) => label)
        .map(({ x, label }) => (
          <span
            key={`${label} ${x}`}
            style={{ left: `min(${100 * (1 + x / shape.span)}%, 100% - ${label.length}ch)` }}
          >
            {label}
          </span>
        ))}
    </div>
  );
}

/** Which colour is what, in the order of the stack. */
function Legend({ shape, trans, wording }: IChartProps): React.JSX.Element {
  return (
    <div className="jp-green-key jp-green-chart-legend">
      {[...shape.areas].reverse().map(({ component }) => (
        <span key={component}>
          <i className={isKnown(component) ? `jp-mod-${component}` : ''} aria-hidden="true" />
          {wording.component(component)}
        </span>
      ))}
      {shape.machine && (
        <span>
          <i className="jp-mod-machine" aria-hidden="true" />
          {trans.__('whole machine')}
        </span>
      )}
    </div>
  );
}
