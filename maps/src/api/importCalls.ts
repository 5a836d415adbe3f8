// One function for each call of the contract of imports. The file itself goes by upload.ts.

import { ask } from './client';
import type { Corrections, Import, ImportPage, RowFilter, RowPage } from './importTypes';
import { query } from './query';

const root = '/api/v1/imports';
const PAGE = 50;

const one = (id: string) => `${root}/${encodeURIComponent(id)}`;

/** A long list takes a while to be written down. */
const PATIENT = { method: 'POST', body: {}, deadline_ms: 300_000 };

export const uploadPath = (country: string, file_name: string, source: string) =>
  root + query({ country, file_name, source });

export const listImports = (country: string | null, cursor: string | null, signal?: AbortSignal) =>
  ask<ImportPage>(root + query({ country, subject: 'schools', limit: PAGE, cursor }), { signal });

export const getImport = (id: string, signal?: AbortSignal) => ask<Import>(one(id), { signal });

export const putLayout = (id: string, corrections: Corrections) =>
  ask<Import>(`${one(id)}/layout`, { method: 'PUT', body: corrections, deadline_ms: 120_000 });

export const stageImport = (id: string) => ask<Import>(`${one(id)}/stage`, PATIENT);

export const listRows = (
  id: string,
  filter: RowFilter,
  cursor: string | null,
  signal?: AbortSignal,
) => ask<RowPage>(`${one(id)}/rows${query({ ...filter, limit: PAGE, cursor })}`, { signal });

/** Without rows: all of that kind. */
export const decideRepairs = (id: string, kind: string, accept: boolean, rows: number[] | null) =>
  ask<Import>(`${one(id)}/repairs`, { ...PATIENT, body: { kind, accept, rows } });

export const applyImport = (id: string) => ask<Import>(`${one(id)}/apply`, PATIENT);

export const undoImport = (id: string) => ask<Import>(`${one(id)}/undo`, PATIENT);

export const discardImport = (id: string) => ask<Import>(one(id), { method: 'DELETE' });

/** The version makes the browser ask again when a repair moved a point. */
export const rowTiles = (id: string, version: string) =>
  `${location.origin}/tiles/imports/${encodeURIComponent(id)}/{z}/{x}/{y}.mvt${query({ v: version })}`;
