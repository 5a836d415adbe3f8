// Has the list read, for the first time or again, and shows how it goes.

import { stageImport } from '../api/importCalls';
import { importPath } from '../state/route';
import { router } from '../state/router.svelte';
import type { OneImport } from './oneImport.svelte';

export const READ = 'stage';

export async function readList(one: OneImport) {
  const begun = await one.act(READ, () => stageImport(one.id));
  // Whatever step was asked for: what comes next is what the state asks for.
  if (begun) router.go(importPath(one.id), { replace: true });
}
