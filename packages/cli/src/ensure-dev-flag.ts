import type { FlagDefinition } from '@px-platform/protocol/flags';
import type { FlagCatalog } from '@px-platform/store';
import type { DevProject } from './dev-project.js';

/** The line above the example shop. Off: somebody who turns it on sees at once what a flag is. */
const SHOP_NOTICE: FlagDefinition = {
  key: 'shop_notice',
  type: 'string',
  description: 'A line above the example shop',
  variants: { none: '', tonight: 'Free delivery on everything that is ordered before midnight' },
  default: 'tonight',
  off: 'none',
  environments: { production: { isOn: false, rules: [] } },
};

/** Gives the seeded project its first flag, unless it has, or once had, flags of its own. */
export async function ensureDevFlag(
  flags: Pick<FlagCatalog, 'list' | 'put'>,
  { id, tenant_id }: Pick<DevProject, 'id' | 'tenant_id'>,
): Promise<void> {
  const scope = { tenant_id, project_id: id };
  if ((await flags.list(scope, 'flag')).length > 0) return;
  const { key } = SHOP_NOTICE;
  await flags.put(scope, { kind: 'flag', key, definition: SHOP_NOTICE, basedOn: 0, by: 'px dev' });
}
