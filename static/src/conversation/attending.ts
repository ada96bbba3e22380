/** Whether somebody can be looking at this page. */
export const attending = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
