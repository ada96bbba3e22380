// Letters to teams, which start conversations; for owners and admins.
import { request } from './request';

export interface Team {
	id: string;
	name: string;
	/** Who can be written to. */
	members: number;
	/** What stands before the @. */
	address?: string;
}

export interface TeamLetters {
	on: boolean;
	/** Letters are refused all the same: the office's mail carries no content. */
	private: boolean;
	/** Of the addresses. */
	domain: string;
	teams: Team[];
}

export const teamLetters = () => request<TeamLetters>('GET', '/office/team-letters');
export const switchTeamLetters = (on: boolean) => request<TeamLetters>('PUT', '/office/team-letters', { on });
export const giveTeamAddress = (team: string, address: string) => request<TeamLetters>('PUT', `/office/team-letters/${encodeURIComponent(team)}`, { address });
