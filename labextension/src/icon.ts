import { LabIcon } from '@jupyterlab/ui-components';

import leaf from '../style/icons/leaf.svg';

/** The panel's icon: a leaf. */
export const leafIcon = new LabIcon({ name: 'jupyter-green:leaf', svgstr: leaf });
