import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commandids';
import { historyOf } from '../historyrequest';
import { leafIcon } from '../icon';
import { languageOf } from '../language';
import { FootprintPanel } from '../panel';
import { panelActions } from '../panelactions';
import { IPreferences } from '../preferencetokens';
import { togglePanel } from '../sidebar';
import { IFootprints } from '../tokens';

/** Late in the bar: the panels that Jupyter itself brings stay where users know them. */
const RANK = 700;

/** Shows the current notebook's footprint beside it. */
export const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:panel',
  description: 'The side panel with energy, emissions, power and cells.',
  autoStart: true,
  requires: [IFootprints],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, IPreferences],
  activate: (
    { commands, serviceManager, shell }: JupyterFrontEnd,
    footprints: IFootprints,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    preferences: IPreferences | null
  ) => {
    const language = languageOf(translator, preferences);
    const { trans } = language;
    const view = new FootprintPanel({
      ...language,
      actions: panelActions(commands, footprints),
      ask: historyOf(serviceManager.serverSettings),
      isChartShown: () => preferences?.chart ?? true
    });
    const follow = () => {
      view.model = footprints.current;
    };
    footprints.currentChanged.connect(follow);
    preferences?.changed.connect(() => view.update());
    follow();
    shell.add(view, 'right', { rank: RANK, type: 'Footprint' });
    restorer?.add(view, FootprintPanel.ID);
    commands.addCommand(CommandIDs.open, {
      label: trans.__('Show Footprint'),
      caption: trans.__('Show or hide the energy and emissions of the current notebook'),
      icon: leafIcon,
      isToggleable: true,
      isToggled: () => view.isVisible,
      execute: () => togglePanel(shell, view)
    });
    palette?.addItem({ command: CommandIDs.open, category: trans.__('Footprint') });
  }
};
