// The chunk that comes with the first conversation: what stands around it, and what one writes with, while the editor is still on its way.
export { default as Composer } from './composer/Composer.svelte';
export { default as Pending } from './composer/Pending.svelte';
export { default as EventLine } from './conversation/EventLine.svelte';
export { default as HeadActs } from './conversation/HeadActs.svelte';
export { default as Signs } from './conversation/Signs.svelte';
export { Watch } from './conversation/watch';
export { readsOf } from './state/reads';
import './icons/later';
