import { expect, test } from '@jest/globals';

import { installCommand } from '../src/installcommand';
import { joules } from '../src/preferences';

test('an energy in the settings is read in its unit', () => {
  expect(joules('36 J')).toBe(36);
  expect(joules('10 mWh')).toBeCloseTo(36);
  expect(joules(' 1.5kWh ')).toBeCloseTo(5.4e6);
  expect(joules('7')).toBe(7);
});

test('what is no energy is no threshold', () => {
  for (const text of ['', 'much', '1 W', '-3 J', '1e9 J', undefined, null, {}]) {
    expect(joules(text)).toBe(0);
  }
});

test('the command that installs the package is one that a terminal understands', () => {
  expect(installCommand('/usr/bin/python3')).toBe('/usr/bin/python3 -m pip install jupyter-green');
  expect(installCommand('C:\\Program Files\\Python\\python.exe')).toBe(
    '"C:\\Program Files\\Python\\python.exe" -m pip install jupyter-green'
  );
});
