// One function for each call of the contract.

import { ask } from './client';
import type { BrowserTest } from '../measure/counts';
import type { CoverageTable, Worklist } from './meteringTypes';
import { query } from './query';
import type {
  Area,
  Correction,
  Country,
  Enrolment,
  GapTable,
  History,
  InfrastructureDataset,
  Overview,
  Page,
  Proposal,
  School,
  SchoolHit,
  Series,
  Session,
  StoredTest,
} from './types';
import type { Uses } from './benchmarkTypes';

const root = '/api/v1';

const id = encodeURIComponent;

export const getCountries = () => ask<Page<Country>>(`${root}/countries`);

export const getOverview = (country: string) =>
  ask<Overview>(`${root}/overview${query({ country })}`);

export const findSchools = (country: string, q: string, signal: AbortSignal) =>
  ask<Page<SchoolHit>>(`${root}/schools${query({ country, q, limit: 8 })}`, { signal });

export const getSchool = (school: string, signal?: AbortSignal) =>
  ask<School>(`${root}/schools/${id(school)}`, { signal });

export const storeBrowserTest = (school: string, test: BrowserTest) =>
  ask<StoredTest>(`${root}/schools/${id(school)}/browser-tests`, { method: 'POST', body: test });

export const getSeries = (school: string, days: number, signal?: AbortSignal) =>
  ask<Series>(`${root}/schools/${id(school)}/series${query({ days })}`, { signal });

export const getUses = (school: string, signal?: AbortSignal) =>
  ask<Uses>(`${root}/schools/${id(school)}/uses`, { signal });

export const getAreas = (country: string, level: number, signal?: AbortSignal) =>
  ask<Page<Area>>(`${root}/areas${query({ country, level })}`, { signal });

export const getGaps = (country: string, level: number, signal?: AbortSignal) =>
  ask<GapTable>(`${root}/gaps${query({ country, level })}`, { signal });

export const getCoverage = (country: string, level: number, signal?: AbortSignal) =>
  ask<CoverageTable>(`${root}/metering-coverage${query({ country, level })}`, { signal });

export const getWorklist = (country: string, cursor?: string, signal?: AbortSignal) =>
  ask<Worklist>(`${root}/probes/worklist${query({ country, cursor })}`, { signal });

export const gapReportUrl = (kind: 'csv' | 'html', country: string, level: number) =>
  `/reports/gaps.${kind}${query({ country, level })}`;

export const getInfrastructure = () =>
  ask<Page<InfrastructureDataset>>(`${root}/infrastructure/datasets`);

export const getSession = () => ask<Session>(`${root}/session`);

export const logIn = (login: string, password: string) =>
  ask<Session>(`${root}/session`, { method: 'POST', body: { login, password } });

export const logOut = () => ask<void>(`${root}/session`, { method: 'DELETE' });

export const createEnrolment = (school: string) =>
  ask<Enrolment>(`${root}/schools/${id(school)}/enrolments`, { method: 'POST', body: {} });

export const revokeProbe = (probe: string) =>
  ask<void>(`${root}/probes/${id(probe)}/revoke`, { method: 'POST', body: {} });

export const proposeCorrection = (school: string, body: Proposal) =>
  ask<{ items: Correction[] }>(`${root}/schools/${id(school)}/corrections`, {
    method: 'POST',
    body,
  });

export const getCorrections = (
  filter: { country?: string; school?: string; cursor?: string },
  signal?: AbortSignal,
) =>
  ask<Page<Correction>>(`${root}/corrections${query({ state: 'pending', ...filter })}`, { signal });

export const decideCorrection = (
  correction: string,
  decision: 'approve' | 'decline',
  note?: string,
) =>
  ask<Correction>(`${root}/corrections/${id(correction)}/${decision}`, {
    method: 'POST',
    body: { note },
  });

export const getHistory = (school: string, cursor: number | undefined, signal?: AbortSignal) =>
  ask<History>(`${root}/schools/${id(school)}/history${query({ cursor })}`, { signal });

export const mergeSchools = (school: string, into: string, despite_levels: boolean) =>
  ask<void>(`${root}/schools/${id(school)}/merge`, {
    method: 'POST',
    body: { into, despite_levels },
  });

export const unmergeSchool = (school: string) =>
  ask<void>(`${root}/schools/${id(school)}/unmerge`, { method: 'POST', body: {} });
