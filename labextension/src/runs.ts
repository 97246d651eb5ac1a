import type { FootprintRecord, RunningCell, CellSummary } from './protocol';
import { sum } from './recorded';
import type { ICellRow, ICellRun, IWork } from './tokens';
import { sumOfWork, workOf } from './work';

/** A finished run, with what decides where it belongs. */
export interface IFinishedRun extends ICellRun {
  readonly id: string;
  readonly label: string | null;
  /** What it shares with the other runs of its cell. */
  readonly key: string;
  /** How many runs of this label the kernel counts up to this one, and their sums; else only listed runs count. */
  readonly told: {
    readonly runs: number;
    readonly joules: number | null;
    readonly work: IWork | null;
  } | null;
  readonly lost: boolean;
}

/** The same record is the same run, so that unchanged rows stay the same objects. */
const known = {
  count: new WeakMap<FootprintRecord, IFinishedRun>(),
  time: new WeakMap<FootprintRecord, IFinishedRun>()
};

/**
 * The run that a record in the document tells of.
 *
 * @param record - As read.
 * @param by - What orders it: its number, among runs of one life of a kernel that may have nothing else, or its time.
 */
export function runOfRecord(record: FootprintRecord, by: keyof typeof known): IFinishedRun {
  let run = known[by].get(record);
  if (!run) {
    const { energy, execution_count = null, label = null } = record;
    const started = Date.parse(record.started) / 1000;
    const order = by === 'count' ? (execution_count ?? 0) : started;
    run = {
      id: record.id,
      key: keyOf(record.id, record.boot, label),
      executionCount: execution_count,
      label,
      status: record.status,
      budgetSpent: (record.budget?.interruptions ?? 0) > 0,
      duration: record.duration_s,
      joules: energy.joules,
      low: energy.low,
      high: energy.high,
      work: workOf(record.work, energy.joules),
      started: Number.isFinite(started) ? started : null,
      order: Number.isFinite(order) ? order : 0,
      told: null,
      lost: false
    };
    known[by].set(record, run);
  }
  return run;
}

/** The run that a snapshot tells of. */
export function runOfSummary(cell: CellSummary, boot: string, lost: boolean): IFinishedRun {
  const { runs, runs_joules = null, runs_work = null } = cell;
  return {
    id: cell.id,
    key: keyOf(cell.id, boot, cell.label),
    executionCount: cell.execution_count,
    label: cell.label,
    status: cell.status,
    budgetSpent: cell.budget_spent ?? false,
    duration: cell.duration_s,
    joules: cell.joules,
    low: cell.low,
    high: cell.high,
    work: workOf(cell.work, cell.joules),
    started: null,
    order: cell.execution_count ?? 0,
    told:
      runs === undefined
        ? null
        : { runs, joules: runs_joules, work: workOf(runs_work, runs_work?.joules ?? null) },
    lost
  };
}

/** The row of a cell that runs, or that ran when its kernel was last heard of. */
export function rowOfRunning(cell: RunningCell, index: number, ended: boolean): ICellRow {
  return {
    key: `running ${cell.execution_count ?? index}`,
    id: null,
    executionCount: cell.execution_count,
    label: cell.label,
    status: ended ? 'interrupted' : 'running',
    duration: cell.duration_s,
    joules: cell.joules,
    low: cell.low,
    high: cell.high,
    work: workOf(cell.work, cell.joules),
    started: null,
    order: cell.execution_count ?? Number.MAX_SAFE_INTEGER,
    runs: 1,
    members: [],
    lost: false,
    forecast: ended ? null : (cell.forecast ?? null),
    budget: ended ? null : (cell.budget ?? null)
  };
}

/** Cells without a label are told apart by nothing but their runs, and stay single. */
function keyOf(id: string, boot: string, label: string | null): string {
  return label === null ? `run ${id}` : `label ${boot} ${label}`;
}

/** Fold the runs of each label within one life of a kernel into one row with their sum. */
export function fold(runs: readonly IFinishedRun[]): ICellRow[] {
  const groups = new Map<string, IFinishedRun | IFinishedRun[]>();
  for (const run of runs) {
    const group = groups.get(run.key);
    if (group === undefined) {
      groups.set(run.key, run);
    } else if (Array.isArray(group)) {
      group.push(run);
    } else {
      groups.set(run.key, [group, run]);
    }
  }
  const rows: ICellRow[] = [];
  for (const group of groups.values()) {
    rows.push(Array.isArray(group) ? rowOf(group) : rowOfSingle(group));
  }
  return rows;
}

/** Largest energy first; the unknown ones last. */
export function byEnergy(rows: ICellRow[]): ICellRow[] {
  return rows.sort((a, b) => (b.joules ?? -1) - (a.joules ?? -1));
}

/** Latest first. */
export function byTime(rows: readonly ICellRow[]): ICellRow[] {
  return [...rows].sort((a, b) => b.order - a.order);
}

const singles = new WeakMap<IFinishedRun, ICellRow>();

function rowOfSingle(run: IFinishedRun): ICellRow {
  let row = singles.get(run);
  if (!row) {
    row = rowOf([run]);
    singles.set(run, row);
  }
  return row;
}

function rowOf(group: readonly IFinishedRun[]): ICellRow {
  const members = [...group].reverse().sort((a, b) => b.order - a.order);
  const last = members[0];
  const { told } = last;
  const complete = told === null || told.runs <= members.length;
  const add = (pick: (run: IFinishedRun) => number | null) =>
    complete ? sum(members.map(pick)) : null;
  return {
    key: last.key,
    id: last.id,
    executionCount: last.executionCount,
    label: last.label,
    status: last.status,
    budgetSpent: last.budgetSpent,
    duration: add(run => run.duration),
    joules: told && !complete ? told.joules : add(run => run.joules),
    low: add(run => run.low),
    high: add(run => run.high),
    work: told && !complete ? told.work : sumOfWork(members.map(run => run.work)),
    started: last.started,
    order: last.order,
    runs: complete ? members.length : told.runs,
    members: members.length > 1 ? members : [],
    lost: last.lost,
    forecast: null
  };
}
