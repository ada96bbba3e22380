// The chunk that comes with the first conversation: what one writes with, while the editor is still on its way.
export { default as Composer } from './composer/Composer.svelte';
export { default as Pending } from './composer/Pending.svelte';
export { default as EventLine } from './conversation/EventLine.svelte';
export { Watch } from './conversation/watch';
import './icons/later';
