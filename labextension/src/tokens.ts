import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { ICodePlace, Refusal } from './insertion';
import type { IKernelControl, IKernelState, IKernelWidget } from './kerneltokens';
import type {
  Budget,
  CellSummary,
  Device,
  Forecast,
  Intensity,
  LiveSession,
  Power,
  PowerHistory,
  SourceSummary,
  Suggestion,
  TrialProgress
} from './protocol';

/** What leads to a cell in the document. */
export interface ICellRef {
  /** The record's id; null while the cell runs. */
  readonly id: string | null;
  readonly executionCount: number | null;
}

/** Work that was done, and what was used for it. */
export interface IWork {
  /** More than none. */
  readonly amount: number;
  /** What one of it is called: "sample". */
  readonly unit: string;
  readonly joules: number;
}

/** One execution of a cell. */
export interface ICellRun extends ICellRef {
  readonly status: CellSummary['status'] | 'running';
  /** s; null when not known, as of re-runs that are not all listed. */
  readonly duration: number | null;
  readonly joules: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Null where none is known; of several runs the sum, where all of it is of one unit. */
  readonly work: IWork | null;
  /** Whether it was interrupted as it had spent its budget. */
  readonly budgetSpent?: boolean;
  /** Unix time, s; null when not told. */
  readonly started: number | null;
  /** Rises with time, within one list. */
  readonly order: number;
}

/** One row of the list of cells: a cell's only run, or all its runs with their sum. */
export interface ICellRow extends ICellRun {
  /** Identifies the row from one update to the next. */
  readonly key: string;
  readonly label: string | null;
  /** How often the cell ran; figures are the sum, id, number and status those of the last run. */
  readonly runs: number;
  /** The single runs as far as they are known, the last one first; empty where there is only one. */
  readonly members: readonly ICellRun[];
  /** Whether its record was published, yet stands no longer in the document. */
  readonly lost: boolean;
  /** Only of running cells. */
  readonly forecast: Forecast | null;
  /** Only of running cells that were given one. */
  readonly budget?: Budget | null;
}

/** A component's part of the total. */
export interface IComponentPart {
  readonly name: string;
  readonly joules: number | null;
}

/** Where the figures come from, or why not. */
export interface ISource {
  readonly component: string;
  readonly name: string;
  readonly label: string;
  readonly method: SourceSummary['method'];
  /** Null when the source is in use. */
  readonly unavailableBecause: string | null;
}

/** A total with its parts and how it is known. Joules and grams; null is unknown. */
export interface ITotals {
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
  /** Whether something is known to be missing, so that the total is a lower bound. */
  readonly atLeast: boolean;
  readonly measuredShare: number | null;
  readonly components: readonly IComponentPart[];
  /** Whether the components are those of the listed cells only, and thus less than the total. */
  readonly componentsOfCells: boolean;
  /** Null where it differs from part to part. */
  readonly intensity: Intensity | null;
  readonly pue: number | null;
}

/** Cells, and what was used between them. */
export interface ICellList {
  /** By energy, the largest first. */
  readonly cells: readonly ICellRow[];
  readonly betweenJoules: number | null;
  readonly betweenWhy: NonNullable<LiveSession['between_why']> | null;
}

/** Calls of hosted models, as somebody's model estimates them: no part of any total. Joules; null is unknown. */
export interface IRemote {
  readonly calls: number;
  /** Calls without an estimate. */
  readonly unknown: number;
  /** Of the calls that have one. */
  readonly joules: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Whose estimate. */
  readonly source: string;
}

/** Everything that a view of one notebook's footprint shows. Joules, grams, watts and seconds; null is unknown. */
export interface IFootprintView extends ITotals, ICellList {
  /** From the running kernel, or from records that the document holds. */
  readonly origin: 'live' | 'recorded';
  /** The kernel's life that speaks; null where the document does. */
  readonly boot: string | null;
  readonly metering: 'on' | 'off';
  /** When and why the kernel fell silent; null as long as it may be believed. */
  readonly stale: IStale | null;
  readonly intensity: Intensity;
  readonly pue: number;
  /** Null where no hosted model was called. */
  readonly remote: IRemote | null;
  /** Null when nothing runs. */
  readonly power: Power | null;
  /** For the chart; null when there is nothing to draw. */
  readonly history: PowerHistory | null;
  /** Each GPU. */
  readonly devices: readonly Device[];
  readonly suggestions: readonly Suggestion[];
  /** The measurement that runs now. */
  readonly trial: TrialProgress | null;
  /** Of the session and of the day, where they are set. */
  readonly budgets: readonly Budget[];
  readonly sources: readonly ISource[];
}

/** A kernel that speaks no more. */
export interface IStale {
  /** When it was last heard of. */
  readonly seen: Date;
  /** Its life has ended, the server cannot be reached, or it should have spoken by now. */
  readonly why: 'ended' | 'offline' | 'silent';
}

/** One notebook's footprint. */
export interface IFootprintModel extends IDisposable {
  /** Null when nothing is known: the kernel is not metered and the document holds no record. */
  readonly view: IFootprintView | null;
  /** How it stands with the kernel. */
  readonly kernel: IKernelState;
  /** Emitted after each change of the view. */
  readonly stateChanged: ISignal<this, void>;
  /** What the running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined;
  /** Whether the document holds this record. */
  isInDocument(id: string): boolean;
}

/** The footprints of all open notebooks and consoles. */
export interface IFootprints {
  /** That of the notebook or console at which the user is. */
  readonly current: IFootprintModel | null;
  /** The notebook or console at which the user is. */
  readonly currentWidget: IKernelWidget | null;
  /** Its kernel. */
  readonly control: IKernelControl | null;
  readonly currentChanged: ISignal<IFootprints, void>;
  /** What any running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined;
  /** Emitted when a kernel said something new. */
  readonly summariesChanged: ISignal<IFootprints, void>;
  /** Emitted once in the life of a kernel that is not metered, but could be. */
  readonly unmetered: ISignal<IFootprints, IKernelControl>;
}

/** The token under which the footprints are provided. */
export const IFootprints = new Token<IFootprints>(
  'jupyter-green:IFootprints',
  'The energy and emissions of all open notebooks, as their kernels or documents tell them.'
);

/** What the ledger holds of a stretch of time, whichever kernel wrote it. */
export interface IHistoryView extends ITotals, ICellList {
  /** How many cells were metered, the unlisted ones too. */
  readonly cellCount: number;
  readonly kernels: number;
}

/** The stretches of time that the ledger is asked for. */
export type Period = 'today' | 'all';

/** The ledger's figures of one stretch of time. */
export interface IHistoryModel extends IDisposable {
  readonly period: Period;
  /** The last figures, however old; null before the first. */
  readonly view: IHistoryView | null;
  /** When they were told. */
  readonly updated: Date | null;
  /** Why the last question brought no figures; null when it did, or is still under way. */
  readonly trouble: ITrouble | null;
  readonly stateChanged: ISignal<this, void>;
  /** Ask now and from time to time, until stopped. */
  start(): void;
  stop(): void;
}

/** Why there are no new figures from the ledger. */
export interface ITrouble {
  /** The server did not answer, or it answered that it could not. */
  readonly kind: 'offline' | 'refused';
  /** In the server's own words; may be empty. */
  readonly reason: string;
}

/** Puts code where it belongs, as one step that can be undone, and leaves it there unexecuted. */
export interface IInsertion {
  /** Why it would be refused; null if it would not. */
  obstacle(place: ICodePlace): Refusal | null;
  /** Put it there, and go there; unless it is refused, for the reason that is returned. */
  insert(place: ICodePlace, code: string): Refusal | null;
}

/**
 * What the panel lets its user do. Each may be missing: then there is no button for it.
 *
 * All concern the current notebook and its kernel.
 */
export interface IPanelActions {
  /** Scroll to a cell and make it the active one. */
  reveal(cell: ICellRef): void;
  /** Have the kernel metered. */
  load?(): void;
  pause?(): void;
  resume?(): void;
  /** Begin a new total. */
  reset?(): void;
  /** Open the settings. */
  settings?(): void;
  /** Execute code that stays out of the history; resolves when it is done, with what it displayed in plain words. */
  run?(code: string): Promise<string | null>;
  interrupt?(): void;
  /** Have the kernel execute code when it is its turn, out of sight and out of the history. */
  tell?(code: string): Promise<void>;
  /** Puts code of suggestions into the notebook. */
  insert?: IInsertion;
  shutDown?(): void;
}
