import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { badgeFactory } from './badge';
import { revealCell } from './document';
import { Footprints } from './footprints';
import { leafIcon } from './icon';
import { KernelMemory } from './kernelmemory';
import { FootprintPanel } from './panel';
import { Quantities } from './quantities';
import { IFootprints } from './tokens';

export { IFootprints } from './tokens';
export type { ICellRow, IComponentPart, IFootprintModel, IFootprintView, ISource } from './tokens';

/** Opens the panel. */
const OPEN = 'jupyter-green:open';

/** Late in the bar: the panels that Jupyter itself brings stay where users know them. */
const RANK = 700;

/** Follows the footprints of the open notebooks. */
const footprints: JupyterFrontEndPlugin<IFootprints> = {
  id: 'jupyter-green:footprints',
  description: 'Keeps the energy and emissions of each open notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  provides: IFootprints,
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) => {
    const memory = new KernelMemory();
    const { sessions } = app.serviceManager;
    void sessions.ready.then(() => {
      memory.noteOlder([...sessions.running()].flatMap(({ kernel }) => kernel?.id ?? []));
    });
    return new Footprints({ tracker, memory });
  }
};

/** Shows the current notebook's footprint beside it. */
const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:panel',
  description: 'The side panel with energy, emissions, power and cells.',
  autoStart: true,
  requires: [IFootprints, INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    footprints: IFootprints,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const language = languageOf(translator);
    const { trans } = language;
    const view = new FootprintPanel({
      ...language,
      reveal: row => {
        if (tracker.currentWidget) {
          void revealCell(tracker.currentWidget, row);
        }
      }
    });
    const follow = () => {
      view.model = footprints.current;
    };
    footprints.currentChanged.connect(follow);
    follow();
    app.shell.add(view, 'right', { rank: RANK, type: 'Footprint' });
    restorer?.add(view, FootprintPanel.ID);
    app.commands.addCommand(OPEN, {
      label: trans.__('Show Footprint'),
      caption: trans.__('Show the energy and emissions of the current notebook'),
      icon: leafIcon,
      execute: () => app.shell.activateById(FootprintPanel.ID)
    });
    palette?.addItem({ command: OPEN, category: trans.__('Footprint') });
  }
};

/** Shows each cell's footprint below it. */
const badge: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:badge',
  description: 'The line below a cell that tells its energy and emissions.',
  autoStart: true,
  requires: [IFootprints, IRenderMimeRegistry],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    footprints: IFootprints,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null
  ) => {
    registry.addFactory(badgeFactory({ ...languageOf(translator), footprints }));
  }
};

/** The words and numbers of the interface's language. */
function languageOf(translator: ITranslator | null) {
  const known = translator ?? nullTranslator;
  const trans = known.load('jupyter_green');
  return { trans, quantities: new Quantities({ languageCode: known.languageCode, trans }) };
}

const plugins: JupyterFrontEndPlugin<unknown>[] = [footprints, panel, badge];
export default plugins;
