import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { autoload } from './plugins/autoload';
import { badge } from './plugins/badge';
import { control } from './plugins/control';
import { footprints } from './plugins/footprints';
import { metadata } from './plugins/metadata';
import { panel } from './plugins/panel';
import { report } from './plugins/report';
import { settings } from './plugins/settings';
import { statusbar } from './plugins/statusbar';
import { toolbar } from './plugins/toolbar';

export * from './kerneltokens';
export * from './preferencetokens';
export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  footprints,
  settings,
  panel,
  badge,
  statusbar,
  control,
  report,
  autoload,
  metadata,
  toolbar
];
export default plugins;
