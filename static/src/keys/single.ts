const setting = 'postern.single-keys';

/** Whether single letters act. Who writes by voice turns this off (WCAG 2.1.4). */
export const singleKeys = (): boolean => localStorage.getItem(setting) !== 'off';
export const useSingleKeys = (on: boolean): void => localStorage.setItem(setting, on ? 'on' : 'off');
