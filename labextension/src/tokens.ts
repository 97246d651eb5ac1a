import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { CellSummary, Intensity, Power, SourceSummary } from './protocol';

/** One row of the list of cells. */
export interface ICellRow {
  /** The record's id; null while the cell runs. */
  readonly id: string | null;
  readonly executionCount: number | null;
  readonly label: string | null;
  readonly status: CellSummary['status'] | 'running';
  readonly duration: number;
  readonly joules: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A component's part of the total. */
export interface IComponentPart {
  readonly name: string;
  readonly joules: number | null;
}

/** Where the figures come from, or why not. */
export interface ISource {
  readonly component: string;
  readonly label: string;
  readonly method: SourceSummary['method'];
  /** Null when the source is in use. */
  readonly unavailableBecause: string | null;
}

/** Everything that a view of one notebook's footprint shows. Joules, grams, watts and seconds; null is unknown. */
export interface IFootprintView {
  /** From the running kernel, or from records that the document holds. */
  readonly origin: 'live' | 'recorded';
  readonly metering: 'on' | 'off';
  readonly energy: {
    readonly joules: number | null;
    readonly low: number | null;
    readonly high: number | null;
  };
  readonly emissions: {
    readonly grams: number | null;
    readonly low: number | null;
    readonly high: number | null;
  };
  readonly measuredShare: number | null;
  readonly intensity: Intensity;
  readonly pue: number;
  /** Of the session when live, else of the recorded cells. */
  readonly components: readonly IComponentPart[];
  /** Null when nothing runs. */
  readonly power: Power | null;
  /** By energy, the largest first. */
  readonly cells: readonly ICellRow[];
  readonly betweenJoules: number | null;
  readonly sources: readonly ISource[];
}

/** One notebook's footprint. */
export interface IFootprintModel extends IDisposable {
  /** Null when nothing is known: the kernel is not metered and the document holds no record. */
  readonly view: IFootprintView | null;
  /** Emitted after each change of the view. */
  readonly stateChanged: ISignal<this, void>;
  /** What the running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined;
}

/** The footprints of all open notebooks. */
export interface IFootprints {
  /** The current notebook's. */
  readonly current: IFootprintModel | null;
  readonly currentChanged: ISignal<IFootprints, void>;
  /** What any running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined;
  /** Emitted when a kernel said something new. */
  readonly summariesChanged: ISignal<IFootprints, void>;
}

/** The token under which the footprints are provided. */
export const IFootprints = new Token<IFootprints>(
  'jupyter-green:IFootprints',
  'The energy and emissions of all open notebooks, as their kernels or documents tell them.'
);
