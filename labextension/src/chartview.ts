import type { IDisposable } from '@lumino/disposable';

import { isKnown } from './components';
import type { IChartColours, PowerPlot } from './chartplot';
import type { IPowerShape } from './chartshape';

/** The attributes of the page's body that say which theme it has. */
const THEME = ['data-jp-theme-name', 'data-jp-theme-light'];

/**
 * Fills an element with the chart, and keeps it idle while nobody can see it.
 *
 * BokehJS is fetched when the element is seen for the first time; if that fails, when it is seen again.
 */
export class ChartView implements IDisposable {
  constructor(options: ChartView.IOptions) {
    this._options = options;
    this._seen = new IntersectionObserver(entries => {
      this._isSeen = entries[entries.length - 1].isIntersecting;
      this.retry();
    });
    this._seen.observe(options.element);
    this._themed = new MutationObserver(() => this._recolour());
    this._themed.observe(document.body, { attributeFilter: THEME });
  }

  /** Whether the view has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Stop drawing, and empty the element. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._seen.disconnect();
    this._themed.disconnect();
    this._plot?.dispose();
    this._plot = null;
  }

  /** Draw this as soon as it can be seen. */
  show(shape: IPowerShape): void {
    this._shape = shape;
    this._draw();
  }

  /** Try once more, after the figure's code could not be fetched. */
  retry(): void {
    this._hasFailed = false;
    this._draw();
  }

  private _recolour(): void {
    this._colours = null;
    this._drawn = null;
    this._draw();
  }

  private _draw(): void {
    if (this._isDisposed || !this._isSeen || !this._shape || this._shape === this._drawn) {
      return;
    }
    if (!this._plot) {
      void this._load();
      return;
    }
    this._drawn = this._shape;
    try {
      // To read them makes the browser reckon all styles.
      this._colours ??= coloursOf(this._options.element);
      this._plot.draw(this._shape, this._colours);
    } catch (reason) {
      this._report(reason);
    }
  }

  private async _load(): Promise<void> {
    if (this._isLoading || this._hasFailed) {
      return;
    }
    this._isLoading = true;
    try {
      const plot = await (await this._options.load()).PowerPlot.in(this._options.element);
      if (this._isDisposed) {
        plot.dispose();
        return;
      }
      this._plot = plot;
      this._options.onLoaded(true);
      this._draw();
    } catch (reason) {
      this._report(reason);
    } finally {
      this._isLoading = false;
    }
  }

  private _report(reason: unknown): void {
    console.debug(`jupyter-green: no chart: ${String(reason)}`);
    this._hasFailed = true;
    this._options.onLoaded(false);
  }

  private _colours: IChartColours | null = null;
  private _drawn: IPowerShape | null = null;
  private _hasFailed = false;
  private _isDisposed = false;
  private _isLoading = false;
  private _isSeen = false;
  private readonly _options: ChartView.IOptions;
  private _plot: PowerPlot | null = null;
  private readonly _seen: IntersectionObserver;
  private _shape: IPowerShape | null = null;
  private readonly _themed: MutationObserver;
}

/** A namespace for ChartView statics. */
export namespace ChartView {
  /** The options of a ChartView. */
  export interface IOptions {
    /** Where the theme's variables hold. */
    element: HTMLElement;
    /** Fetches the figure's code. */
    load: () => Promise<{ PowerPlot: typeof PowerPlot }>;
    /** Told whether there is a figure now. */
    onLoaded: (succeeded: boolean) => void;
  }
}

function coloursOf(element: HTMLElement): IChartColours {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  const axis = of('--jp-ui-font-color3');
  return {
    component: name => (isKnown(name) ? of(`--jp-green-${name}`) : axis),
    axis,
    grid: of('--jp-border-color2'),
    background: of('--jp-layout-color1'),
    text: of('--jp-ui-font-color2')
  };
}
