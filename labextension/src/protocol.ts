// Generated from jupyter_green/schema/*.json by `jlpm protocol`. Do not edit.

/* eslint-disable */

export interface Energy {
  /**
   * J; null when no source could tell.
   */
  joules: number | null;
  /**
   * J, lower end of the uncertainty range.
   */
  low: number | null;
  /**
   * J, upper end of the uncertainty range.
   */
  high: number | null;
  /**
   * Share of the joules that counters measured.
   */
  measured_share: number | null;
}
export interface ComponentEnergy {
  joules: number | null;
  low: number | null;
  high: number | null;
  /**
   * Part of the joules that the idle hardware would have drawn too; null when idle power is unknown.
   */
  idle_joules: number | null;
  method: 'counter' | 'integrated' | 'modelled';
  source: string;
}
/**
 * The whole machine in the same window: an upper bound, never summed over cells.
 *
 */
export interface MachineEnergy {
  joules: number | null;
  low: number | null;
  high: number | null;
  components: {
    [k: string]: number | null;
  };
}
/**
 * Location-based, use phase only: joules x intensity x PUE / 3.6e6.
 *
 */
export interface Emissions {
  grams: number | null;
  low: number | null;
  high: number | null;
  pue: number;
  intensity: Intensity;
}
export interface Intensity {
  value: number;
  unit: 'gCO2e/kWh';
  /**
   * ISO 3166 code, or 'world'.
   */
  zone: string;
  /**
   * The zone's English name.
   */
  name?: string;
  year: number | null;
  /**
   * Of what is generated in the zone, or of what is used there, with imports.
   */
  basis?: 'production' | 'consumption' | 'unknown';
  method?: 'average' | 'marginal';
  /**
   * gCO2e/kWh, lower end of its range.
   */
  low?: number | null;
  /**
   * gCO2e/kWh, upper end of its range.
   */
  high?: number | null;
  boundary: 'lifecycle' | 'direct' | 'unknown';
  source: string;
  status: 'annual' | 'configured' | 'live' | 'cached' | 'fallback' | 'world-mean';
}
/**
 * Calls of one hosted model: what the provider's machines used, as a model of others estimates it.
 *
 */
export interface RemoteCalls {
  provider: string;
  model: string;
  calls: number;
  /**
   * Tokens that were generated; null when a call did not say.
   */
  output_tokens: number | null;
  /**
   * J; null when the model is not known.
   */
  joules: number | null;
  low: number | null;
  high: number | null;
  /**
   * gCO2e.
   */
  grams: number | null;
  grams_low: number | null;
  grams_high: number | null;
  source: string;
}
/**
 * The cell's part of what making the hardware emitted: by time, over the hardware's life. Never part of emissions.
 *
 */
export interface Embodied {
  /**
   * gCO2e.
   */
  grams: number | null;
  low: number | null;
  high: number | null;
  source: string;
}
export interface Work {
  amount: number;
  unit: string;
}
/**
 * What several runs of one cell did together, all in one unit, and what those of them that did it used. No part of a record.
 *
 */
export interface RunsWork {
  amount: number;
  unit: string;
  joules: number | null;
}
/**
 * What became of the budget that the cell was given. Absent where it was given none.
 *
 */
export interface BudgetUse {
  limit: number;
  /**
   * Of limit and spent.
   */
  unit: 'J' | 'gCO2e';
  /**
   * The central value; null when no source could tell.
   */
  spent: number | null;
  /**
   * How often the cell was interrupted for it.
   */
  interruptions: number;
  /**
   * How many seconds the cell went on after it was spent; null if it never was.
   */
  late_s: number | null;
}
export interface Hardware {
  /**
   * @maxItems 64
   */
  gpu?: string[];
  cpu?: string | null;
}
/**
 * Everything this kernel used since it was first metered, up to and including this cell: unrecorded small cells and the time between cells too.
 *
 */
export interface SessionTotal {
  joules: number | null;
  low: number | null;
  high: number | null;
  measured_share: number | null;
  /**
   * Metered executions so far.
   */
  cells: number;
  /**
   * Part of the joules used while no cell ran.
   */
  between_joules: number | null;
  grams: number | null;
}
/**
 * The footprint of one executed cell. Base units: joules, grams of CO2 equivalent, seconds. Readers ignore unknown keys and refuse another major version.
 *
 */
export interface FootprintRecord {
  schema: 'jupyter-green/footprint/1';
  /**
   * Identity of this record (UUID).
   */
  id: string;
  /**
   * Identity of the kernel's life (UUID); a restart is another one.
   */
  boot: string;
  /**
   * The number in the cell's prompt; null outside a notebook.
   */
  execution_count?: number | null;
  /**
   * Given by the user, or the cell's first code line with string literals removed.
   */
  label?: string | null;
  status: 'ok' | 'error' | 'interrupted';
  /**
   * UTC, ISO 8601.
   */
  started: string;
  duration_s: number;
  energy: Energy;
  /**
   * This kernel's share by component.
   */
  components: {
    [k: string]: ComponentEnergy;
  };
  machine_energy: MachineEnergy;
  emissions: Emissions;
  work?: Work | null;
  budget?: BudgetUse;
  /**
   * Calls of hosted models while the cell ran. Modelled, and never part of energy or emissions.
   *
   * @maxItems 16
   */
  remote?: RemoteCalls[];
  embodied?: Embodied | null;
  hardware?: Hardware;
  /**
   * False while a counter's next refresh is still due; the ledger and the feed hold the settled figure.
   */
  settled: boolean;
  /**
   * @maxItems 32
   */
  flags: string[];
  session: SessionTotal;
}
/**
 * The session's total including what runs at this moment.
 *
 */
export interface LiveSession {
  energy: Energy;
  components: {
    [k: string]: ComponentEnergy;
  };
  emissions: Emissions;
  cells: number;
  between_joules: number | null;
  /**
   * What most of the energy between cells is due to, where that is plain: a GPU that this kernel held.
   */
  between_why?: 'gpu-held' | null;
  remote?: RemoteSum | null;
}
/**
 * All calls of hosted models in the session. Modelled, and never part of energy or emissions.
 *
 */
export interface RemoteSum {
  calls: number;
  /**
   * Calls of models without an estimate; no part of the joules.
   */
  unknown: number;
  /**
   * J; null when no model is known.
   */
  joules: number | null;
  low: number | null;
  high: number | null;
  source: string;
}
/**
 * This kernel's mean power in equal steps of time.
 *
 */
export interface PowerHistory {
  /**
   * Unix time of the end of the last step, s.
   */
  end: number;
  step_s: number;
  /**
   * By component, oldest first; all of one length.
   */
  watts: {
    /**
     * @maxItems 120
     */
    [k: string]: (number | null)[];
  };
  /**
   * @maxItems 120
   */
  machine_w: (number | null)[];
  /**
   * When cells ran, oldest first.
   *
   * @maxItems 20
   */
  bands: CellBand[];
}
export interface CellBand {
  execution_count: number | null;
  /**
   * Unix time, s.
   */
  from: number;
  /**
   * Unix time, s; null while it runs.
   */
  to: number | null;
}
export interface Device {
  name: string;
  label: string;
  /**
   * This kernel's, in the session.
   */
  joules: number | null;
  /**
   * This kernel's, over the last second; null when nothing runs.
   */
  watts: number | null;
}
/**
 * What a running cell is going to need in all.
 *
 */
export interface Forecast {
  joules: number | null;
  low: number | null;
  high: number | null;
  /**
   * CO2e of joules.
   */
  grams?: number | null;
  seconds_left: number | null;
  /**
   * Its units become dearer as it goes on: count on low, at least.
   */
  at_least?: boolean;
}
export interface Budget {
  /**
   * Whose; that of the day is all kernels' together.
   */
  scope: 'cell' | 'session' | 'day';
  limit: number;
  /**
   * Of limit and spent.
   */
  unit: 'J' | 'gCO2e';
  /**
   * Null when no source could tell.
   */
  spent: number | null;
  /**
   * near: four fifths are spent; foretold: by the forecast it will not be enough.
   */
  state: 'within' | 'near' | 'foretold' | 'spent';
}
export interface Suggestion {
  id: string;
  rule: string;
  execution_count: number | null;
  severity: 'hint' | 'warning';
  title: string;
  evidence: string;
  /**
   * As published or estimated.
   */
  saving: Saving | null;
  /**
   * What it does to the result.
   */
  effect: string;
  /**
   * What a measurement in this kernel showed.
   */
  verified: Verified | null;
  /**
   * @maxItems 4
   */
  actions: SuggestedAction[];
}
/**
 * Share of the energy per unit of work that is saved; negative when it costs more.
 *
 */
export interface Saving {
  low: number;
  high: number;
}
/**
 * Ratio of energy per unit of work, with its 95 % interval.
 *
 */
export interface Verified {
  ratio: number;
  low: number;
  high: number;
  rounds: number;
  /**
   * cpu-time: no counter could be read; CPU time, modelled watts.
   */
  basis: 'energy' | 'cpu-time';
  /**
   * Runs of the changed work until the measurement has paid for itself; null: never, or not known.
   */
  payback: number | null;
}
export interface SuggestedAction {
  kind: 'measure' | 'insert' | 'shut-down' | 'details';
  /**
   * What doing it costs.
   */
  joules: number | null;
  seconds: number | null;
  /**
   * What would be inserted, or run.
   */
  code: string | null;
  /**
   * The whole cell as it was run, of which code is the whole changed one; null: code is a cell of its own.
   */
  before: string | null;
  /**
   * Of the cell that bears that source, or below which a cell of its own belongs.
   */
  execution_count: number | null;
}
export interface TrialProgress {
  /**
   * Of the suggestion; null for a function of the user's.
   */
  id: string | null;
  /**
   * Runs of either variant so far.
   */
  done: number;
  of: number;
  seconds_left: number | null;
  /**
   * Spent on it so far.
   */
  joules: number | null;
}
export interface Power {
  kernel_w: number | null;
  machine_w: number | null;
}
export interface RunningCell {
  execution_count: number | null;
  label: string | null;
  started: string;
  duration_s: number;
  joules: number | null;
  low: number | null;
  high: number | null;
  /**
   * Done so far.
   */
  work?: Work | null;
  forecast?: Forecast | null;
  /**
   * Null where it was given none.
   */
  budget?: Budget | null;
}
export interface CellSummary {
  id: string;
  execution_count: number | null;
  label: string | null;
  status: 'ok' | 'error' | 'interrupted';
  duration_s: number;
  joules: number | null;
  low: number | null;
  high: number | null;
  measured_share: number | null;
  grams: number | null;
  settled: boolean;
  /**
   * Whether a record was published into the document.
   */
  recorded: boolean;
  work?: Work | null;
  /**
   * Whether it was interrupted as it had spent its budget.
   */
  budget_spent?: boolean;
  /**
   * How many cells of this session have this label, up to this one.
   */
  runs?: number;
  /**
   * What they used together.
   */
  runs_joules?: number | null;
  /**
   * Null when they did none, or work of several units.
   */
  runs_work?: RunsWork | null;
}
export interface SourceSummary {
  component: 'gpu' | 'cpu' | 'ram';
  name: string;
  label: string;
  method: 'counter' | 'integrated' | 'modelled';
  /**
   * Null when the source is in use.
   */
  unavailable_because: string | null;
}
/**
 * What a metered kernel tells its frontends: an idempotent, cumulative snapshot. A frontend keeps the one with the highest sequence of each boot.
 *
 */
export interface FeedSnapshot {
  schema: 'jupyter-green/feed/1';
  boot: string;
  sequence: number;
  /**
   * UTC, ISO 8601.
   */
  time: string;
  metering: 'on' | 'off';
  session: LiveSession;
  /**
   * Null when nothing runs.
   */
  power: Power | null;
  /**
   * @maxItems 16
   */
  running: RunningCell[];
  /**
   * The cells with the most energy and the latest ones, oldest first.
   *
   * @maxItems 60
   */
  cells: CellSummary[];
  /**
   * Of the session and of the day, where they are set.
   *
   * @maxItems 4
   */
  budgets?: Budget[];
  /**
   * @maxItems 32
   */
  sources: SourceSummary[];
  /**
   * Enough to draw the chart anew after a reload. Null before the first point.
   */
  history?: PowerHistory | null;
  /**
   * Each GPU.
   *
   * @maxItems 16
   */
  devices?: Device[];
  /**
   * @maxItems 8
   */
  suggestions?: Suggestion[];
  /**
   * The measurement of a suggestion that runs now.
   */
  trial?: TrialProgress | null;
}
export interface HistoryCell {
  /**
   * Of the last run.
   */
  id: string;
  execution_count: number | null;
  label: string | null;
  status: 'ok' | 'error' | 'interrupted' | 'running';
  /**
   * Unix time, s.
   */
  started: number;
  /**
   * Of all runs.
   */
  duration_s: number;
  joules: number | null;
  low: number | null;
  high: number | null;
  runs: number;
  /**
   * Null when the runs did none, or work of several units.
   */
  work?: RunsWork | null;
}
/**
 * What the user's ledger holds of a stretch of time, whichever kernel wrote it: the answer of GET jupyter-green/history?since=UNIX_SECONDS (0: all time).
 *
 */
export interface History {
  schema: 'jupyter-green/history/1';
  /**
   * Unix time, s.
   */
  since: number;
  energy: Energy;
  /**
   * gCO2e; null also where the factors are of kinds that no sum may hold together.
   */
  grams: number | null;
  /**
   * J by component, of the cells.
   */
  components: {
    [k: string]: number | null;
  };
  cells: number;
  kernels: number;
  between_joules: number | null;
  /**
   * Whether something is known to be missing, such as the time between cells of a kernel that was metered before, too.
   */
  at_least: boolean;
  /**
   * The cells with the most energy, the largest first; re-runs of a label in one life of a kernel are one row.
   *
   * @maxItems 100
   */
  rows: HistoryCell[];
}

/** The same schemas as data, by which `validate.ts` reads what arrives. */
export const DEFINITIONS = {
  Energy: {
    type: 'object',
    required: ['joules', 'low', 'high', 'measured_share'],
    properties: {
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      measured_share: { type: ['number', 'null'], minimum: 0, maximum: 1 }
    }
  },
  ComponentEnergy: {
    type: 'object',
    required: ['joules', 'low', 'high', 'idle_joules', 'method', 'source'],
    properties: {
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      idle_joules: { type: ['number', 'null'], minimum: 0 },
      method: { enum: ['counter', 'integrated', 'modelled'] },
      source: { type: 'string', maxLength: 120 }
    }
  },
  MachineEnergy: {
    type: 'object',
    required: ['joules', 'low', 'high', 'components'],
    properties: {
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      components: { type: 'object', additionalProperties: { type: ['number', 'null'], minimum: 0 } }
    }
  },
  Emissions: {
    type: 'object',
    required: ['grams', 'low', 'high', 'pue', 'intensity'],
    properties: {
      grams: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      pue: { type: 'number', minimum: 1 },
      intensity: { $ref: '#/$defs/Intensity' }
    }
  },
  Intensity: {
    type: 'object',
    required: ['value', 'unit', 'zone', 'year', 'boundary', 'source', 'status'],
    properties: {
      value: { type: 'number', minimum: 0 },
      unit: { const: 'gCO2e/kWh' },
      zone: { type: 'string', maxLength: 32 },
      name: { type: 'string', maxLength: 80 },
      year: { type: ['integer', 'null'] },
      basis: { enum: ['production', 'consumption', 'unknown'] },
      method: { enum: ['average', 'marginal'] },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      boundary: { enum: ['lifecycle', 'direct', 'unknown'] },
      source: { type: 'string', maxLength: 120 },
      status: { enum: ['annual', 'configured', 'live', 'cached', 'fallback', 'world-mean'] }
    }
  },
  RemoteCalls: {
    type: 'object',
    required: [
      'provider',
      'model',
      'calls',
      'output_tokens',
      'joules',
      'low',
      'high',
      'grams',
      'grams_low',
      'grams_high',
      'source'
    ],
    properties: {
      provider: { type: 'string', maxLength: 40 },
      model: { type: 'string', maxLength: 120 },
      calls: { type: 'integer', minimum: 1 },
      output_tokens: { type: ['integer', 'null'], minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      grams: { type: ['number', 'null'], minimum: 0 },
      grams_low: { type: ['number', 'null'], minimum: 0 },
      grams_high: { type: ['number', 'null'], minimum: 0 },
      source: { type: 'string', maxLength: 120 }
    }
  },
  Embodied: {
    type: 'object',
    required: ['grams', 'low', 'high', 'source'],
    properties: {
      grams: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      source: { type: 'string', maxLength: 200 }
    }
  },
  Work: {
    type: 'object',
    required: ['amount', 'unit'],
    properties: { amount: { type: 'number', minimum: 0 }, unit: { type: 'string', maxLength: 40 } }
  },
  RunsWork: {
    type: 'object',
    required: ['amount', 'unit', 'joules'],
    properties: {
      amount: { type: 'number', minimum: 0 },
      unit: { type: 'string', maxLength: 40 },
      joules: { type: ['number', 'null'], minimum: 0 }
    }
  },
  BudgetUse: {
    type: 'object',
    required: ['limit', 'unit', 'spent', 'interruptions', 'late_s'],
    properties: {
      limit: { type: 'number', exclusiveMinimum: 0 },
      unit: { enum: ['J', 'gCO2e'] },
      spent: { type: ['number', 'null'], minimum: 0 },
      interruptions: { type: 'integer', minimum: 0 },
      late_s: { type: ['number', 'null'], minimum: 0 }
    }
  },
  Hardware: {
    type: 'object',
    properties: {
      gpu: { type: 'array', maxItems: 64, items: { type: 'string', maxLength: 120 } },
      cpu: { type: ['string', 'null'], maxLength: 120 }
    }
  },
  SessionTotal: {
    type: 'object',
    required: ['joules', 'low', 'high', 'measured_share', 'cells', 'between_joules', 'grams'],
    properties: {
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      measured_share: { type: ['number', 'null'], minimum: 0, maximum: 1 },
      cells: { type: 'integer', minimum: 0 },
      between_joules: { type: ['number', 'null'], minimum: 0 },
      grams: { type: ['number', 'null'], minimum: 0 }
    }
  },
  FootprintRecord: {
    type: 'object',
    required: [
      'schema',
      'id',
      'boot',
      'status',
      'started',
      'duration_s',
      'energy',
      'components',
      'machine_energy',
      'emissions',
      'settled',
      'flags',
      'session'
    ],
    properties: {
      schema: { const: 'jupyter-green/footprint/1' },
      id: { type: 'string', minLength: 1, maxLength: 64 },
      boot: { type: 'string', minLength: 1, maxLength: 64 },
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      label: { type: ['string', 'null'], maxLength: 200 },
      status: { enum: ['ok', 'error', 'interrupted'] },
      started: { type: 'string', maxLength: 40 },
      duration_s: { type: 'number', minimum: 0 },
      energy: { $ref: '#/$defs/Energy' },
      components: { type: 'object', additionalProperties: { $ref: '#/$defs/ComponentEnergy' } },
      machine_energy: { $ref: '#/$defs/MachineEnergy' },
      emissions: { $ref: '#/$defs/Emissions' },
      work: { oneOf: [{ $ref: '#/$defs/Work' }, { type: 'null' }] },
      budget: { $ref: '#/$defs/BudgetUse' },
      remote: { type: 'array', maxItems: 16, items: { $ref: '#/$defs/RemoteCalls' } },
      embodied: { oneOf: [{ $ref: '#/$defs/Embodied' }, { type: 'null' }] },
      hardware: { $ref: '#/$defs/Hardware' },
      settled: { type: 'boolean' },
      flags: { type: 'array', maxItems: 32, items: { type: 'string', maxLength: 64 } },
      session: { $ref: '#/$defs/SessionTotal' }
    }
  },
  LiveSession: {
    type: 'object',
    required: ['energy', 'components', 'emissions', 'cells', 'between_joules'],
    properties: {
      energy: { $ref: '#/$defs/Energy' },
      components: { type: 'object', additionalProperties: { $ref: '#/$defs/ComponentEnergy' } },
      emissions: { $ref: '#/$defs/Emissions' },
      cells: { type: 'integer', minimum: 0 },
      between_joules: { type: ['number', 'null'], minimum: 0 },
      between_why: { enum: ['gpu-held', null] },
      remote: { oneOf: [{ $ref: '#/$defs/RemoteSum' }, { type: 'null' }] }
    }
  },
  RemoteSum: {
    type: 'object',
    required: ['calls', 'unknown', 'joules', 'low', 'high', 'source'],
    properties: {
      calls: { type: 'integer', minimum: 1 },
      unknown: { type: 'integer', minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      source: { type: 'string', maxLength: 120 }
    }
  },
  PowerHistory: {
    type: 'object',
    required: ['end', 'step_s', 'watts', 'machine_w', 'bands'],
    properties: {
      end: { type: 'number', minimum: 0 },
      step_s: { type: 'number', minimum: 0.001 },
      watts: {
        type: 'object',
        additionalProperties: {
          type: 'array',
          maxItems: 120,
          items: { type: ['number', 'null'], minimum: 0 }
        }
      },
      machine_w: { type: 'array', maxItems: 120, items: { type: ['number', 'null'], minimum: 0 } },
      bands: { type: 'array', maxItems: 20, items: { $ref: '#/$defs/CellBand' } }
    }
  },
  CellBand: {
    type: 'object',
    required: ['execution_count', 'from', 'to'],
    properties: {
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      from: { type: 'number', minimum: 0 },
      to: { type: ['number', 'null'], minimum: 0 }
    }
  },
  Device: {
    type: 'object',
    required: ['name', 'label', 'joules', 'watts'],
    properties: {
      name: { type: 'string', maxLength: 40 },
      label: { type: 'string', maxLength: 120 },
      joules: { type: ['number', 'null'], minimum: 0 },
      watts: { type: ['number', 'null'], minimum: 0 }
    }
  },
  Forecast: {
    type: 'object',
    required: ['joules', 'low', 'high', 'seconds_left'],
    properties: {
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      grams: { type: ['number', 'null'], minimum: 0 },
      seconds_left: { type: ['number', 'null'], minimum: 0 },
      at_least: { type: 'boolean' }
    }
  },
  Budget: {
    type: 'object',
    required: ['scope', 'limit', 'unit', 'spent', 'state'],
    properties: {
      scope: { enum: ['cell', 'session', 'day'] },
      limit: { type: 'number', exclusiveMinimum: 0 },
      unit: { enum: ['J', 'gCO2e'] },
      spent: { type: ['number', 'null'], minimum: 0 },
      state: { enum: ['within', 'near', 'foretold', 'spent'] }
    }
  },
  Suggestion: {
    type: 'object',
    required: [
      'id',
      'rule',
      'execution_count',
      'severity',
      'title',
      'evidence',
      'saving',
      'effect',
      'verified',
      'actions'
    ],
    properties: {
      id: { type: 'string', maxLength: 64 },
      rule: { type: 'string', maxLength: 8 },
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      severity: { enum: ['hint', 'warning'] },
      title: { type: 'string', maxLength: 120 },
      evidence: { type: 'string', maxLength: 400 },
      saving: { oneOf: [{ $ref: '#/$defs/Saving' }, { type: 'null' }] },
      effect: { type: 'string', maxLength: 80 },
      verified: { oneOf: [{ $ref: '#/$defs/Verified' }, { type: 'null' }] },
      actions: { type: 'array', maxItems: 4, items: { $ref: '#/$defs/SuggestedAction' } }
    }
  },
  Saving: {
    type: 'object',
    required: ['low', 'high'],
    properties: { low: { type: 'number', maximum: 1 }, high: { type: 'number', maximum: 1 } }
  },
  Verified: {
    type: 'object',
    required: ['ratio', 'low', 'high', 'rounds', 'basis', 'payback'],
    properties: {
      ratio: { type: 'number', minimum: 0 },
      low: { type: 'number', minimum: 0 },
      high: { type: 'number', minimum: 0 },
      rounds: { type: 'integer', minimum: 1 },
      basis: { enum: ['energy', 'cpu-time'] },
      payback: { type: ['number', 'null'], minimum: 0 }
    }
  },
  TrialProgress: {
    type: 'object',
    required: ['id', 'done', 'of', 'seconds_left', 'joules'],
    properties: {
      id: { type: ['string', 'null'], maxLength: 64 },
      done: { type: 'integer', minimum: 0 },
      of: { type: 'integer', minimum: 1 },
      seconds_left: { type: ['number', 'null'], minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 }
    }
  },
  SuggestedAction: {
    type: 'object',
    required: ['kind', 'joules', 'seconds', 'code', 'before', 'execution_count'],
    properties: {
      kind: { enum: ['measure', 'insert', 'shut-down', 'details'] },
      joules: { type: ['number', 'null'], minimum: 0 },
      seconds: { type: ['number', 'null'], minimum: 0 },
      code: { type: ['string', 'null'], maxLength: 4000 },
      before: { type: ['string', 'null'], maxLength: 4000 },
      execution_count: { type: ['integer', 'null'], minimum: 0 }
    }
  },
  Power: {
    type: 'object',
    required: ['kernel_w', 'machine_w'],
    properties: {
      kernel_w: { type: ['number', 'null'], minimum: 0 },
      machine_w: { type: ['number', 'null'], minimum: 0 }
    }
  },
  RunningCell: {
    type: 'object',
    required: ['execution_count', 'label', 'started', 'duration_s', 'joules', 'low', 'high'],
    properties: {
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      label: { type: ['string', 'null'], maxLength: 200 },
      started: { type: 'string', maxLength: 40 },
      duration_s: { type: 'number', minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      work: { oneOf: [{ $ref: '#/$defs/Work' }, { type: 'null' }] },
      forecast: { oneOf: [{ $ref: '#/$defs/Forecast' }, { type: 'null' }] },
      budget: { oneOf: [{ $ref: '#/$defs/Budget' }, { type: 'null' }] }
    }
  },
  CellSummary: {
    type: 'object',
    required: [
      'id',
      'execution_count',
      'label',
      'status',
      'duration_s',
      'joules',
      'low',
      'high',
      'measured_share',
      'grams',
      'settled',
      'recorded'
    ],
    properties: {
      id: { type: 'string', maxLength: 64 },
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      label: { type: ['string', 'null'], maxLength: 200 },
      status: { enum: ['ok', 'error', 'interrupted'] },
      duration_s: { type: 'number', minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      measured_share: { type: ['number', 'null'], minimum: 0, maximum: 1 },
      grams: { type: ['number', 'null'], minimum: 0 },
      settled: { type: 'boolean' },
      recorded: { type: 'boolean' },
      work: { oneOf: [{ $ref: '#/$defs/Work' }, { type: 'null' }] },
      budget_spent: { type: 'boolean' },
      runs: { type: 'integer', minimum: 1 },
      runs_joules: { type: ['number', 'null'], minimum: 0 },
      runs_work: { oneOf: [{ $ref: '#/$defs/RunsWork' }, { type: 'null' }] }
    }
  },
  SourceSummary: {
    type: 'object',
    required: ['component', 'name', 'label', 'method', 'unavailable_because'],
    properties: {
      component: { enum: ['gpu', 'cpu', 'ram'] },
      name: { type: 'string', maxLength: 40 },
      label: { type: 'string', maxLength: 120 },
      method: { enum: ['counter', 'integrated', 'modelled'] },
      unavailable_because: { type: ['string', 'null'], maxLength: 300 }
    }
  },
  FeedSnapshot: {
    type: 'object',
    required: [
      'schema',
      'boot',
      'sequence',
      'time',
      'metering',
      'session',
      'power',
      'running',
      'cells',
      'sources'
    ],
    properties: {
      schema: { const: 'jupyter-green/feed/1' },
      boot: { type: 'string', minLength: 1, maxLength: 64 },
      sequence: { type: 'integer', minimum: 0 },
      time: { type: 'string', maxLength: 40 },
      metering: { enum: ['on', 'off'] },
      session: { $ref: '#/$defs/LiveSession' },
      power: { oneOf: [{ $ref: '#/$defs/Power' }, { type: 'null' }] },
      running: { type: 'array', maxItems: 16, items: { $ref: '#/$defs/RunningCell' } },
      cells: { type: 'array', maxItems: 60, items: { $ref: '#/$defs/CellSummary' } },
      budgets: { type: 'array', maxItems: 4, items: { $ref: '#/$defs/Budget' } },
      sources: { type: 'array', maxItems: 32, items: { $ref: '#/$defs/SourceSummary' } },
      history: { oneOf: [{ $ref: '#/$defs/PowerHistory' }, { type: 'null' }] },
      devices: { type: 'array', maxItems: 16, items: { $ref: '#/$defs/Device' } },
      suggestions: { type: 'array', maxItems: 8, items: { $ref: '#/$defs/Suggestion' } },
      trial: { oneOf: [{ $ref: '#/$defs/TrialProgress' }, { type: 'null' }] }
    }
  },
  HistoryCell: {
    type: 'object',
    required: [
      'id',
      'execution_count',
      'label',
      'status',
      'started',
      'duration_s',
      'joules',
      'low',
      'high',
      'runs'
    ],
    properties: {
      id: { type: 'string', maxLength: 64 },
      execution_count: { type: ['integer', 'null'], minimum: 0 },
      label: { type: ['string', 'null'], maxLength: 200 },
      status: { enum: ['ok', 'error', 'interrupted', 'running'] },
      started: { type: 'number', minimum: 0 },
      duration_s: { type: 'number', minimum: 0 },
      joules: { type: ['number', 'null'], minimum: 0 },
      low: { type: ['number', 'null'], minimum: 0 },
      high: { type: ['number', 'null'], minimum: 0 },
      runs: { type: 'integer', minimum: 1 },
      work: { oneOf: [{ $ref: '#/$defs/RunsWork' }, { type: 'null' }] }
    }
  },
  History: {
    type: 'object',
    required: [
      'schema',
      'since',
      'energy',
      'grams',
      'components',
      'cells',
      'kernels',
      'between_joules',
      'at_least',
      'rows'
    ],
    properties: {
      schema: { const: 'jupyter-green/history/1' },
      since: { type: 'number', minimum: 0 },
      energy: { $ref: '#/$defs/Energy' },
      grams: { type: ['number', 'null'], minimum: 0 },
      components: {
        type: 'object',
        additionalProperties: { type: ['number', 'null'], minimum: 0 }
      },
      cells: { type: 'integer', minimum: 0 },
      kernels: { type: 'integer', minimum: 0 },
      between_joules: { type: ['number', 'null'], minimum: 0 },
      at_least: { type: 'boolean' },
      rows: { type: 'array', maxItems: 100, items: { $ref: '#/$defs/HistoryCell' } }
    }
  }
};
