import { inOrder } from './components';
import type { FeedSnapshot, FootprintRecord } from './protocol';
import { byEnergy, fold, rowOfRunning, runOfRecord, runOfSummary, type IFinishedRun } from './runs';
import type { IFootprintView, IStale } from './tokens';

/** What a live view is made of. */
export interface ILiveParts {
  snapshot: FeedSnapshot;
  /** The document's records by id; null where there is no document. */
  documented: ReadonlyMap<string, FootprintRecord> | null;
  stale: IStale | null;
}

/** What a kernel says of itself, with those of its cells that only the document still lists. */
export function liveView({ snapshot, documented, stale }: ILiveParts): IFootprintView {
  const { boot, cells, session } = snapshot;
  const told = new Set(cells.map(cell => cell.id));
  const runs = [...new Map(cells.map(cell => [cell.id, cell])).values()].map(cell =>
    runOfSummary(cell, boot, cell.recorded && documented !== null && !documented.has(cell.id))
  );
  for (const run of documented ? runsOf(documented, boot) : []) {
    if (!told.has(run.id)) {
      runs.push(run);
    }
  }
  const ended = stale?.why === 'ended';
  const running = snapshot.running.map((cell, index) => rowOfRunning(cell, index, ended));
  return {
    origin: 'live',
    boot,
    metering: snapshot.metering,
    stale,
    energy: session.energy,
    emissions: session.emissions,
    atLeast: false,
    measuredShare: session.energy.measured_share,
    intensity: session.emissions.intensity,
    pue: session.emissions.pue,
    components: inOrder(
      Object.entries(session.components).map(([name, { joules }]) => ({ name, joules })),
      part => part.name
    ),
    componentsOfCells: false,
    remote: session.remote ?? null,
    power: stale ? null : snapshot.power,
    history: snapshot.history ?? null,
    devices: snapshot.devices ?? [],
    budgets: ended ? [] : (snapshot.budgets ?? []),
    suggestions: ended ? [] : (snapshot.suggestions ?? []),
    trial: ended ? null : (snapshot.trial ?? null),
    cells: byEnergy([...running, ...fold(runs)]),
    betweenJoules: session.between_joules,
    betweenWhy: session.between_why ?? null,
    sources: inOrder(snapshot.sources, source => source.component).map(
      ({ component, name, label, method, unavailable_because }) => ({
        component,
        name,
        label,
        method,
        unavailableBecause: unavailable_because
      })
    )
  };
}

/** The runs of one life of a kernel in a document, found once for all its snapshots. */
const found = new WeakMap<ILiveParts['documented'] & object, [string, IFinishedRun[]]>();

function runsOf(documented: ILiveParts['documented'] & object, boot: string): IFinishedRun[] {
  const [ofBoot, known] = found.get(documented) ?? [];
  if (known && ofBoot === boot) {
    return known;
  }
  const runs = [...documented.values()]
    .filter(record => record.boot === boot)
    .map(record => runOfRecord(record, 'count'));
  found.set(documented, [boot, runs]);
  return runs;
}
