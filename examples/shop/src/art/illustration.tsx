import type { ComponentType } from 'react';
import { BeeswaxTrio } from './beeswax-trio.js';
import { ChamomileTin } from './chamomile-tin.js';
import { DoorCat } from './door-cat.js';
import { DreamNotebook } from './dream-notebook.js';
import { FeltSlippers } from './felt-slippers.js';
import { LongBlanket } from './long-blanket.js';
import { MoonLamp } from './moon-lamp.js';
import { NightMug } from './night-mug.js';
import { OneMorePage } from './one-more-page.js';
import { PocketRadio } from './pocket-radio.js';
import { QuietClock } from './quiet-clock.js';
import { SlowKettle } from './slow-kettle.js';

const drawings: Readonly<Record<string, ComponentType>> = {
  'beeswax-trio': BeeswaxTrio,
  'chamomile-tin': ChamomileTin,
  'door-cat': DoorCat,
  'dream-notebook': DreamNotebook,
  'felt-slippers': FeltSlippers,
  'long-blanket': LongBlanket,
  'moon-lamp': MoonLamp,
  'night-mug': NightMug,
  'one-more-page': OneMorePage,
  'pocket-radio': PocketRadio,
  'quiet-clock': QuietClock,
  'slow-kettle': SlowKettle,
};

/** A product's drawing on its shelf. The name beside it says the same, so it is hidden from readers. */
export function Illustration({ productId }: { readonly productId: string }) {
  const Drawing = drawings[productId];
  return (
    <svg className="illustration" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
      <ellipse className="art-shadow" cx="100" cy="171" rx="74" ry="7" />
      {Drawing && <Drawing />}
    </svg>
  );
}
