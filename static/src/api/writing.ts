// What one writes with: the signature below messages, and templates.
import { request } from './request';

export interface Signature {
	html: string;
}

export type Group = 'clients' | 'staff' | 'general';

export interface Template {
	id: string;
	group: Group;
	title: string;
	html: string;
	shared: boolean;
	changed_at: string;
}

export interface Templates {
	templates: Template[];
	placeholders: { name: string; about: string }[];
}

export interface Filled {
	html: string;
	unfilled: string[];
}

export type TemplateSave = Pick<Template, 'group' | 'title' | 'html' | 'shared'>;

/** The groups, as they are shown. */
export const groups: { id: Group; name: string }[] = [
	{ id: 'clients', name: 'To clients' },
	{ id: 'staff', name: 'To staff' },
	{ id: 'general', name: 'General' },
];

const at = (id: string) => `/templates/${encodeURIComponent(id)}`;

export const signature = () => request<Signature>('GET', '/me/signature');
export const setSignature = (html: string) => request<Signature>('PUT', '/me/signature', { html });
export const templates = () => request<Templates>('GET', '/templates');
export const addTemplate = (template: TemplateSave) => request<Template>('POST', '/templates', template);
export const changeTemplate = (id: string, template: TemplateSave) => request<Template>('PUT', at(id), template);
export const dropTemplate = (id: string) => request<void>('DELETE', at(id));
export const fill = (id: string, where: { conversation?: string; to?: string[] }) => request<Filled>('POST', `${at(id)}/fill`, where);
