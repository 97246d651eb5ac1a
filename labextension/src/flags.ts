import type { TranslationBundle } from '@jupyterlab/translation';

import type { Wording } from './wording';

const PARTIAL = '-partial';

/**
 * What a record's flag means for its figures.
 *
 * @returns A sentence; the flag itself where a later kernel sets one that is not known here.
 */
export function remark(flag: string, trans: TranslationBundle, wording: Wording): string {
  switch (flag) {
    case 'annual-factor-for-all':
      return trans.__(
        'For part of the time there was no live carbon intensity, and the annual mean counts other things: it stands for all of it.'
      );
    case 'budget-spent':
      return trans.__('The cell spent its budget.');
    case 'cpu-hybrid-cores':
      return trans.__(
        'Fast and efficient cores are alike to the CPU model, which widens its range.'
      );
    case 'cpu-lower-bound':
      return trans.__(
        'Some processes ended before their CPU time could be read: the figure is a lower bound.'
      );
    case 'cpu-smt':
      return trans.__(
        'Two threads share a core: one alone draws between half of its power and all of it.'
      );
    case 'daily-budget-spent':
      return trans.__('The cell was interrupted: it spent the last of the day’s budget.');
    case 'gpu-idle-power-unknown':
      return trans.__(
        'The GPU’s idle power is not known yet: active and idle energy could not be told apart.'
      );
    case 'gpu-mig':
      return trans.__(
        'The GPU is divided (MIG): the instance’s part of its compute slices stands for its part of the energy.'
      );
    case 'gpu-pids-hidden':
      return trans.__(
        'The GPU’s processes have other numbers outside this container: its energy was divided by how many there are.'
      );
    case 'gpu-processes-unknown':
      return trans.__(
        'The driver does not say which processes use the GPU: this kernel’s part is unknown.'
      );
    case 'gpu-shared':
      return trans.__(
        'Other processes used the GPU too, and it does not say how much: its energy was divided equally.'
      );
    case 'idle-power-unknown':
      return trans.__(
        'The CPU’s idle power is not known yet: active and idle energy could not be told apart.'
      );
    case 'no-machine-split':
      return trans.__(
        'This container hides how busy its machine is: only its own CPU time was modelled.'
      );
    case 'overlapping-cells':
      return trans.__('Cells ran at the same time: each has an equal part of what they used.');
    case 'pue-provider-mean':
      return trans.__(
        'What the building adds is the mean of this cloud’s data centres: none is told for this one.'
      );
    case 'pue-unknown':
      return trans.__('What the building adds is assumed: where this machine stands is not known.');
    case 'sampling-gap':
      return trans.__('Readings came late for a while: the division within that time is coarse.');
    case 'session-budget-spent':
      return trans.__('The cell was interrupted: it spent the last of the session’s budget.');
    case 'suspended':
      return trans.__('The machine slept meanwhile; that time is not counted.');
  }
  return flag.endsWith(PARTIAL)
    ? trans.__(
        'A source could not be read for part of the time (%1): some energy is missing.',
        wording.component(flag.slice(0, -PARTIAL.length))
      )
    : flag;
}
