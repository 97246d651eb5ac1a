import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { settingsIcon } from '@jupyterlab/ui-components';

import { CommandIDs } from '../commandids';
import { languageOf } from '../language';
import { Preferences } from '../preferences';
import { IPreferences } from '../preferencetokens';
import { translateSchema } from '../settingwords';

/** Jupyter's own command. */
const EDITOR = 'settingeditor:open';

/** Reads the settings. */
export const settings: JupyterFrontEndPlugin<IPreferences> = {
  id: 'jupyter-green:settings',
  description: 'What the user chose for panel, badge and metering.',
  autoStart: true,
  optional: [ISettingRegistry, ITranslator, ICommandPalette],
  provides: IPreferences,
  activate: (
    { commands }: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = languageOf(translator);
    const preferences = new Preferences();
    registry?.transform(settings.id, {
      fetch: plugin => ({ ...plugin, schema: translateSchema(plugin.schema, trans) })
    });
    registry?.load(settings.id).then(
      loaded => {
        preferences.settings = loaded;
      },
      (reason: unknown) => console.warn(`jupyter-green: no settings: ${String(reason)}`)
    );
    commands.addCommand(CommandIDs.settings, {
      label: trans.__('Footprint Settings'),
      caption: trans.__('Units, badges and when to meter'),
      icon: settingsIcon,
      isEnabled: () => commands.hasCommand(EDITOR),
      execute: () => commands.execute(EDITOR, { query: trans.__('Footprint') })
    });
    palette?.addItem({ command: CommandIDs.settings, category: trans.__('Footprint') });
    return preferences;
  }
};
