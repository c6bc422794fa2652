import { expect, test } from 'vitest';
import { agentsAsNix, settingsAsNix, unitsAsNix } from './as-nix.ts';

test('the NixOS module has every setting, and no other', async () => {
  await expect(settingsAsNix()).toMatchFileSnapshot('../../nix/settings.nix');
});

test('the NixOS module has the units of `dogwatch systemd`', async () => {
  await expect(unitsAsNix()).toMatchFileSnapshot('../../nix/units.nix');
});

test('the NixOS module has every agent', async () => {
  await expect(agentsAsNix()).toMatchFileSnapshot('../../nix/agents.nix');
});
