import { logger } from '@bokeh/bokehjs/build/js/lib/core/logging';
import { ViewManager } from '@bokeh/bokehjs/build/js/lib/core/view_manager';
import { Document } from '@bokeh/bokehjs/build/js/lib/document';
import { MultiLine } from '@bokeh/bokehjs/build/js/lib/models/glyphs/multi_line';
import { Patches } from '@bokeh/bokehjs/build/js/lib/models/glyphs/patches';
import { Plot } from '@bokeh/bokehjs/build/js/lib/models/plots/plot';
import { Range1d } from '@bokeh/bokehjs/build/js/lib/models/ranges/range1d';
import { ColumnDataSource } from '@bokeh/bokehjs/build/js/lib/models/sources/column_data_source';
import type { IDisposable } from '@lumino/disposable';

import type { IPowerShape } from './chartshape';

/** The theme's colours. */
export interface IChartColours {
  /** Of a component's area; one without a colour of its own has that of the axes. */
  component(name: string): string;
  readonly axis: string;
  readonly grid: string;
  readonly background: string;
  readonly text: string;
}

// It would say when it is idle.
logger.set_level('warn');

/**
 * The BokehJS figure: areas and lines, without words.
 *
 * Only this file knows BokehJS. It is loaded when a chart is first seen.
 */
export class PowerPlot implements IDisposable {
  private constructor() {
    this._plot = new Plot({
      x_range: this._x,
      y_range: this._y,
      sizing_mode: 'stretch_both',
      title: null,
      toolbar_location: null,
      min_border: 0,
      outline_line_color: null,
      background_fill_color: null,
      border_fill_color: null
    });
    this._plot.toolbar.setv({ tools: [], logo: null });
    const line = { line_color: { field: 'colour' } };
    this._plot.add_glyph(new MultiLine({ ...line, line_alpha: 0.6 }), this._grid);
    this._plot.add_glyph(
      new Patches({ fill_color: { field: 'colour' }, line_color: null }),
      this._areas
    );
    this._plot.add_glyph(new MultiLine({ ...line, line_dash: { field: 'dash' } }), this._lines);
  }

  /** Make a figure that fills an element. */
  static async in(element: HTMLElement): Promise<PowerPlot> {
    const figure = new PowerPlot();
    figure._document.add_root(figure._plot);
    (await figure._views.build_view(figure._plot)).build(element);
    return figure;
  }

  /** Whether the figure has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Take the figure out of its element. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._views.clear();
    this._document.clear();
  }

  /** Show this instead of what was shown before. */
  draw(shape: IPowerShape, colours: IChartColours): void {
    const { areas, edges, machine, boundaries, span, top } = shape;
    this._x.setv({ start: -span, end: 0 });
    this._y.setv({ start: 0, end: top });
    const levels = [0, top / 2, top];
    this._grid.data = {
      xs: levels.map(() => [-span, 0]),
      ys: levels.map(level => [level, level]),
      colour: levels.map(level => (level === 0 ? colours.axis : colours.grid))
    };
    this._areas.data = {
      xs: areas.map(({ xs }) => xs),
      ys: areas.map(({ ys }) => ys),
      colour: areas.map(({ component }) => colours.component(component))
    };
    const lines = [
      ...edges.map(path => ({ ...path, colour: colours.background, dash: [] })),
      ...boundaries.map(({ x }) => ({
        xs: [x, x],
        ys: [0, top],
        colour: colours.axis,
        dash: [2, 2]
      })),
      ...(machine ? [{ ...machine, colour: colours.text, dash: [] }] : [])
    ];
    this._lines.data = {
      xs: lines.map(({ xs }) => xs),
      ys: lines.map(({ ys }) => ys),
      colour: lines.map(({ colour }) => colour),
      dash: lines.map(({ dash }) => dash)
    };
  }

  private readonly _areas = new ColumnDataSource({ data: { xs: [], ys: [], colour: [] } });
  private readonly _document = new Document();
  private readonly _grid = new ColumnDataSource({ data: { xs: [], ys: [], colour: [] } });
  private _isDisposed = false;
  private readonly _lines = new ColumnDataSource({
    data: { xs: [], ys: [], colour: [], dash: [] }
  });
  private readonly _plot: Plot;
  private readonly _views = new ViewManager();
  private readonly _x = new Range1d({ start: -1, end: 0 });
  private readonly _y = new Range1d({ start: 0, end: 1 });
}
