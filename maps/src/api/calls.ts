// One function for each call of the contract.

import { ask } from './client';
import type {
  Area,
  Country,
  Enrolment,
  GapTable,
  InfrastructureDataset,
  Overview,
  Page,
  School,
  SchoolHit,
  Series,
  Session,
} from './types';

const root = '/api/v1';

function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  return `?${search}`;
}

const id = encodeURIComponent;

export const getCountries = () => ask<Page<Country>>(`${root}/countries`);

export const getOverview = (country: string) =>
  ask<Overview>(`${root}/overview${query({ country })}`);

export const findSchools = (country: string, q: string, signal: AbortSignal) =>
  ask<Page<SchoolHit>>(`${root}/schools${query({ country, q, limit: 8 })}`, { signal });

export const getSchool = (school: string, signal?: AbortSignal) =>
  ask<School>(`${root}/schools/${id(school)}`, { signal });

export const getSeries = (school: string, days: number, signal?: AbortSignal) =>
  ask<Series>(`${root}/schools/${id(school)}/series${query({ days })}`, { signal });

export const getAreas = (country: string, level: number, signal?: AbortSignal) =>
  ask<Page<Area>>(`${root}/areas${query({ country, level })}`, { signal });

export const getGaps = (country: string, level: number, signal?: AbortSignal) =>
  ask<GapTable>(`${root}/gaps${query({ country, level })}`, { signal });

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
