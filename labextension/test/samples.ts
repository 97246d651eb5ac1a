import type {
  CellSummary,
  FeedSnapshot,
  FootprintRecord,
  History,
  Suggestion
} from '../src/protocol';

const EMISSIONS = {
  grams: 0.365,
  low: 0.28,
  high: 0.47,
  pue: 1.2,
  intensity: {
    value: 49,
    unit: 'gCO2e/kWh',
    zone: 'FR',
    name: 'France',
    year: 2025,
    boundary: 'lifecycle',
    source: 'Ember',
    status: 'annual'
  }
} as const;

const ENERGY = { joules: 22320, low: 19800, high: 25200, measured_share: 0.84 };

const GPU = {
  joules: 18749,
  low: 17800,
  high: 19700,
  idle_joules: 2100,
  method: 'counter',
  source: 'nvml'
} as const;

/** A record as a kernel publishes it. */
export function record(changes: Partial<FootprintRecord> = {}): FootprintRecord {
  return {
    schema: 'jupyter-green/footprint/1',
    id: 'a',
    boot: 'boot-1',
    execution_count: 24,
    label: 'train(model, loader)',
    status: 'ok',
    started: '2026-11-23T15:04:05Z',
    duration_s: 104.2,
    energy: ENERGY,
    components: { gpu: GPU },
    machine_energy: { joules: 40560, low: 36000, high: 46000, components: { gpu: 18749 } },
    emissions: EMISSIONS,
    settled: true,
    flags: [],
    session: session(44640),
    ...changes
  };
}

/** A session's total as a record carries it. */
export function session(joules: number | null): FootprintRecord['session'] {
  return {
    joules,
    low: joules,
    high: joules,
    measured_share: 0.5,
    cells: 23,
    between_joules: 9720,
    grams: 0.73
  };
}

/** A cell as a snapshot lists it. */
export function summary(id: string, joules: number): CellSummary {
  return {
    id,
    execution_count: 1,
    label: null,
    status: 'ok',
    duration_s: 1,
    joules,
    low: joules,
    high: joules,
    measured_share: 1,
    grams: 0,
    settled: true,
    recorded: true
  };
}

/** A snapshot as a kernel tells it. */
export function snapshot(changes: Partial<FeedSnapshot> = {}): FeedSnapshot {
  return {
    schema: 'jupyter-green/feed/1',
    boot: 'boot-1',
    sequence: 1,
    time: '2026-11-23T15:04:05Z',
    metering: 'on',
    session: {
      energy: ENERGY,
      components: { ram: { ...GPU, joules: 1 }, gpu: GPU },
      emissions: EMISSIONS,
      cells: 1,
      between_joules: 0
    },
    power: null,
    running: [],
    cells: [],
    sources: [],
    ...changes
  };
}

/** What the server tells of the ledger. */
export function history(changes: Partial<History> = {}): History {
  return {
    schema: 'jupyter-green/history/1',
    since: 0,
    energy: ENERGY,
    grams: 2.9,
    components: { ram: 1, gpu: 5 },
    cells: 61,
    kernels: 4,
    between_joules: 20,
    at_least: true,
    rows: [
      {
        id: 'h',
        execution_count: 3,
        label: 'f()',
        status: 'ok',
        started: 1.7e9,
        duration_s: 60,
        joules: 9000,
        low: null,
        high: null,
        runs: 3
      }
    ],
    ...changes
  };
}

/** A suggestion as a snapshot lists it. */
export function suggestion(changes: Partial<Suggestion> = {}): Suggestion {
  return {
    id: 'R02-1',
    rule: 'R02',
    execution_count: 24,
    severity: 'hint',
    title: 'Train in bfloat16',
    evidence: 'All parameters are float32.',
    saving: null,
    effect: '',
    verified: null,
    actions: [],
    ...changes
  };
}
