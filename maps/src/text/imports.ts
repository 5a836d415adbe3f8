// The words of the imports, in English; apart from en.ts, so that the map does not wait for them.

import type { ImportState, MatchScheme, Severity, Verdict } from '../api/importTypes';
import { plural } from './en';

const schools = (count: string, n: number) => `${count} ${plural(n, 'school', 'schools')}`;

export const w = {
  list: {
    title: 'Imports of school lists',
    intro:
      'Take in a list of schools, see what it would change, then apply it. Nothing changes before you apply, and an applied import can be undone.',
    caption: 'Imports, the newest first',
    loading: 'Loading the imports…',
    failed: 'The imports could not be loaded.',
    empty: 'No school list has been taken in yet.',
    emptyNext: 'Choose a file above: you will see what is in it before anything changes.',
    emptyCountry: 'No school list of this country has been taken in yet.',
    all: 'All countries',
    filter: 'Country',
    columns: {
      file: 'File',
      source: 'Source',
      who: 'Taken in by',
      state: 'State',
      counts: 'Schools',
    },
    noSource: 'no source named',
    found: (total: string, n: number) => `${total} ${plural(n, 'import', 'imports')}`,
    shown: (shown: string, total: string) => `${shown} of ${total} shown`,
    more: 'Show more',
    loadingMore: 'Loading…',
    counts: (created: string, updated: string, rejected: string) =>
      `${created} new, ${updated} changed, ${rejected} not taken`,
    notRead: 'not read yet',
    neverRead: 'never read',
    why: 'Open it to see why and what to do.',
  },

  fresh: {
    title: 'Take in a school list',
    country: 'Country',
    chooseCountry: 'Choose a country',
    another: 'Another country…',
    code: 'Code of the country',
    codeHint: 'Three letters (ISO 3166-1 alpha-3), such as KEN for Kenya.',
    source: 'Name of the source',
    sourceHint:
      'For example EMIS 2026. Use the same name each time: what you correct about its columns is remembered under it.',
    file: 'File',
    drop: 'Drop the file here, or',
    choose: 'choose a file',
    chooseOther: 'choose another file',
    formats:
      'CSV, Excel, LibreOffice, GeoJSON, GeoPackage, Parquet or a zipped Shapefile. At most 500 MB.',
    chosen: (name: string, size: string) => `${name}, ${size}`,
    send: 'Send the file',
    cancel: 'Stop sending',
    sending: (sent: string, all: string) => `${sent} of ${all} sent`,
    arrived: 'The file has arrived. The server is looking at its columns…',
    progress: 'How much of the file has been sent',
    stopped: 'Sending was stopped. Nothing was taken in.',
    wrongCountry: 'Choose the country first.',
    wrongCode: 'The code of a country has three letters, such as KEN.',
    noFile: 'Choose the file first.',
    noSource: 'Name the source first: the columns are remembered under it.',
    emptyFile: 'This file is empty. Export the list again, then choose it here.',
    tooLarge: (size: string) =>
      `This file has ${size}; at most 500 MB are taken. Leave out sheets or columns that are not about schools, or split the list, then choose it again.`,
    failed: 'The file could not be taken in.',
    failedNext: 'Your choices are kept: mend what is said above, then send it again.',
  },

  one: {
    loading: 'Loading the import…',
    missing: 'This import is not known here. The link may be old.',
    failed: 'The import could not be loaded.',
    toList: 'All imports',
    takenIn: (who: string, when: string) => `Taken in by ${who}, ${when}`,
    steps: 'Steps of this import',
    step: {
      columns: 'Columns',
      reading: 'Reading',
      look: 'Look',
      apply: 'Apply',
    },
    done: 'done',
    discard: 'Discard this import',
    discardAsk: 'Discard this import?',
    discardSays:
      'The file and what was read from it are put aside. No school changes. You can take in the file again.',
    discardYes: 'Yes, discard it',
    discardNo: 'Keep it',
    discardFailed: 'The import was not discarded.',
    working: 'Working…',
    wait: 'Please wait…',
  },

  state: {
    uploaded: 'Columns to check',
    reading: 'Being read',
    staged: 'Ready to look at',
    applying: 'Being applied',
    applied: 'Applied',
    undone: 'Undone',
    discarded: 'Discarded',
    failed: 'Could not be read',
  } satisfies Record<ImportState, string>,

  columns: {
    title: 'What the columns mean',
    intro:
      'Check what was guessed. What you change is kept at once and remembered for the next list of this source.',
    introNoSource: 'Check what was guessed. What you change is kept at once.',
    file: 'The file',
    format: 'Format',
    encoding: 'Encoding of the text',
    delimiter: 'Between two cells',
    sheet: 'Sheet',
    asFound: (found: string) => `${found} (as found)`,
    shapeHint: 'If letters look wrong or all columns are in one, change these.',
    delimiters: { comma: 'Comma ,', semicolon: 'Semicolon ;', tab: 'Tab', pipe: 'Bar |' },
    table: 'Columns of the file and what they mean',
    head: { name: 'Column', samples: 'In the first rows', meaning: 'Meaning' },
    meaningOf: (name: string) => `Meaning of the column ${name}`,
    kept: 'None: keep it as an extra attribute',
    guessed: 'guessed',
    said: 'set by a person',
    blank: 'The column has no name',
    noSamples: 'blank in the first rows',
    values: (n: number) => `${n} ${plural(n, 'spelling', 'spellings')}`,
    notTaken: 'not understood, kept as written',
    missing: (meaning: string) =>
      `No column gives the ${meaning}. Choose it below, or the list cannot be read.`,
    complete: 'Everything that is needed has a column.',
    twice: (meaning: string, columns: string) =>
      `The same meaning, ${meaning}, is given to ${columns}. Change the one that means something else.`,
    saving: 'Saving…',
    saved: 'Saved',
    saveFailed: 'The change could not be saved.',
    none: 'No column was found in this file.',
    noneNext: 'Try another encoding, delimiter or sheet above, or export the list again.',
    read: 'Read the list',
    readAgain: 'Read the list again',
    readOnly: 'The list has been applied: its columns can no longer be changed.',
  },

  reading: {
    title: 'Reading the list',
    rows: (count: string, n: number) => `${count} ${plural(n, 'row', 'rows')} read so far`,
    none: 'The list is about to be read.',
    leave:
      'You may leave this page: the reading goes on, and the list of imports shows when it is done.',
    applying: 'Applying the list',
    applyingSays: 'The schools are being written down. This page shows when it is done.',
    unreachable: 'The server cannot be asked how far it is. It is being tried again.',
  },

  broken: {
    title: 'The list could not be read',
    next: 'Change what the columns mean or how the file is read, then read it again. If the file itself is broken, discard this import and take in a better file.',
    change: 'Change the columns',
  },

  look: {
    title: 'What will happen',
    titleDone: 'What was in the list',
    next: 'Go on to apply',
    columns: 'Change the columns',
    rows: (count: string, n: number) => `The list has ${count} ${plural(n, 'row', 'rows')}.`,
    nothing: 'Nothing would change.',
    created: (count: string, n: number) => `${schools(count, n)} ${plural(n, 'is', 'are')} new`,
    updated: (count: string, n: number) => `${schools(count, n)} ${plural(n, 'changes', 'change')}`,
    unchanged: (count: string, n: number) =>
      `${schools(count, n)} ${plural(n, 'stays', 'stay')} as before`,
    rejected: (count: string, n: number) => `${count} ${plural(n, 'row is', 'rows are')} not taken`,
    not_placed: (count: string, n: number) =>
      `${count} ${plural(n, 'is', 'are')} not placed on the map`,
    missing: (count: string, n: number) =>
      `${count} known ${plural(n, 'school is', 'schools are')} missing from this file`,
    matched: 'How known schools were recognised',
    outdated: 'Schools have changed since this list was looked at. Look again before you apply it.',
    again: 'Look again',
  },

  verdict: {
    created: { name: 'New', tab: 'New', meaning: 'not known here yet' },
    updated: { name: 'Changed', tab: 'Changed', meaning: 'known, and something differs' },
    unchanged: { name: 'As before', tab: 'As before', meaning: 'known, and all is the same' },
    rejected: { name: 'Not taken', tab: 'Not taken', meaning: 'the row cannot be used' },
    missing: {
      name: 'Missing',
      tab: 'Missing from this file',
      meaning: 'known here, but not in this file',
    },
  } satisfies Record<Verdict, { name: string; tab: string; meaning: string }>,

  severity: {
    error: 'Row not taken',
    warning: 'To check',
    info: 'Worth knowing',
  } satisfies Record<Severity, string>,

  findings: {
    title: 'What was noticed',
    caption: 'What was noticed, by kind',
    none: 'Nothing was noticed: every row could be taken as it is written.',
    head: { kind: 'What', count: 'Rows', field: 'Column' },
    show: (title: string, count: string, n: number) =>
      `${title}: show the ${count} ${plural(n, 'row', 'rows')}`,
    wholeFile: 'file',
    says: (field: string, value: string) => `${field}: ${value}`,
    notes: (count: string, n: number) =>
      `All ${count} ${plural(n, 'remark', 'remarks')} about the file`,
    example: (row: string, value: string | null) =>
      value ? `For example row ${row}: ${value}` : `For example row ${row}`,
  },

  match: {
    by: {
      schoolbeat: 'id in an export from here',
      government: 'ministry id',
      giga: 'Giga id',
      osm: 'OpenStreetMap id',
      import: 'the key of an earlier list',
      position_and_name: 'position and name',
    } satisfies Record<MatchScheme, string>,
    sure: (by: string) => `recognised by ${by}`,
    likely: (by: string, percent: string) => `recognised by ${by}, ${percent}`,
    check: (by: string, percent: string) => `recognised by ${by}, ${percent}: check`,
    count: (by: string, count: string) => `${count} by ${by}`,
  },

  repairs: {
    title: 'Repairs offered',
    intro: 'What the list probably means where it is written wrongly. You decide.',
    kind: {
      swapped_coordinates: {
        title: 'Latitude and longitude swapped',
        says: 'The position falls into the country when the two are exchanged. Not repaired until you accept it.',
      },
      mojibake: {
        title: 'Broken letters',
        says: 'The text was saved in one encoding and read in another (Ã© for é). Not repaired until you accept it.',
      },
      dms: {
        title: 'Degrees, minutes and seconds',
        says: 'The position is written with degree signs and was turned into decimal degrees. Repaired unless you decline it.',
      },
      trimmed_name: {
        title: 'Spaces around or within names',
        says: 'Needless spaces were taken out of the name. Repaired unless you decline it.',
      },
    } as Record<string, { title: string; says: string }>,
    unknown: 'The server offers this repair; look at its rows before you accept it.',
    counts: (accepted: string, proposed: string) => `${accepted} of ${proposed} accepted`,
    acceptAll: 'Accept all',
    declineAll: 'Decline all',
    each: 'Row by row',
    acceptAllOf: (title: string) => `Accept all: ${title}`,
    declineAllOf: (title: string) => `Decline all: ${title}`,
    eachOf: (title: string) => `Row by row: ${title}`,
    take: 'Take the repair',
    taken: 'Repair taken',
    takeIn: (title: string, row: string) => `Take the repair of row ${row}: ${title}`,
    saved: 'Saved',
  },

  rows: {
    title: 'Row by row',
    caption: 'Rows of the list and what becomes of them',
    filter: 'Show rows by what becomes of them',
    all: 'All',
    only: (what: string) => `Only: ${what}`,
    onlyRow: (row: string) => `Only row ${row}`,
    clear: 'Show all rows',
    head: { school: 'School', what: 'What becomes of it' },
    row: (row: string) => `row ${row}`,
    notInFile: 'not in this file',
    noName: 'No name',
    notPlaced: 'not placed on the map',
    known: 'Open the school as it is now',
    loading: 'Loading the rows…',
    failed: 'The rows could not be loaded.',
    moreFailed: 'More rows could not be loaded.',
    empty: 'No row is of this kind.',
    emptyNext: 'Choose another kind above.',
    gone: (row: string) =>
      `Row ${row} could not be found. The list may have been read again since the map was drawn.`,
    shown: (shown: string, total: string, n: number) =>
      `${shown} of ${total} ${plural(n, 'row', 'rows')} shown`,
    more: 'Show more',
    was: 'now',
    becomes: 'then',
    blank: 'blank',
    says: (value: string) => `The file says: ${value}`,
    missing: 'Known here, and not in this file. The import leaves it as it is.',
    same: 'Nothing changes.',
    added: 'Is added.',
  },

  map: {
    title: 'Where the rows lie',
    label:
      'Map of the rows, coloured by what becomes of them. The table below holds the same rows.',
    none: 'No row of this list has a position, so there is nothing to draw.',
    loading: 'Loading the map…',
    failed: 'The map could not be loaded completely. Rows may be missing on it; the table has all.',
    noWebgl:
      'This browser cannot draw the map (WebGL is not available). The table has the same rows.',
    libraryFailed: 'The map could not be loaded. The line may be bad. The table has the same rows.',
    legend: 'Colours of the map',
    finding: 'Ring: something was noticed',
    crowd: 'Larger dots stand for several rows. Click to zoom in.',
    cell: (count: string) => `${count} rows here. Click to zoom in.`,
  },

  apply: {
    title: 'Apply the list',
    says: 'This is what happens:',
    created: (count: string, n: number) => `${schools(count, n)} ${plural(n, 'is', 'are')} added.`,
    updated: (count: string, n: number) =>
      `${schools(count, n)} ${plural(n, 'is', 'are')} changed as shown.`,
    unchanged: (count: string, n: number) =>
      `${schools(count, n)} ${plural(n, 'stays', 'stay')} as before.`,
    rejected: (count: string, n: number) => `${count} ${plural(n, 'row is', 'rows are')} left out.`,
    not_placed: (count: string, n: number) =>
      `${schools(count, n)} ${plural(n, 'has', 'have')} no usable position and ${plural(n, 'is', 'are')} kept off the map.`,
    missing: (count: string, n: number) =>
      `${schools(count, n)} not in this file ${plural(n, 'stays', 'stay')} as before.`,
    repairs: (accepted: string, n: number) =>
      `${accepted} ${plural(n, 'repair is', 'repairs are')} made.`,
    undecided: (count: string, n: number) =>
      `${count} offered ${plural(n, 'repair is', 'repairs are')} not accepted: those rows are taken as they are written.`,
    record: (who: string, file: string) =>
      `It is recorded that ${who} applied ${file}, and when. It can be undone afterwards.`,
    yes: 'Apply now',
    back: 'Look again first',
    working: 'Applying…',
    failed: 'The list was not applied.',
  },

  applied: {
    title: 'The list is applied',
    by: (when: string, who: string) => `Applied ${when} by ${who}.`,
    did: (created: string, updated: string) => `${created} added, ${updated} changed.`,
    map: (country: string) => `See the schools of ${country} on the map`,
    look: 'See what was in it',
    undo: 'Undo this import',
    undoAsk: 'Undo this import?',
    goAway: (count: string, n: number) =>
      `The ${schools(count, n)} added here ${plural(n, 'goes', 'go')} away.`,
    getBack: (count: string, n: number) =>
      `The ${schools(count, n)} changed here ${plural(n, 'gets back what it', 'get back what they')} had before.`,
    recorded: 'It is recorded who undid it, and when.',
    schools,
    undoYes: 'Yes, undo it',
    undoNo: 'Leave it applied',
    undoFailed: 'The import was not undone.',
  },

  ended: {
    undone: 'This import was undone',
    undoneBy: (when: string, who: string) =>
      `Undone ${when} by ${who}. The schools are as they were before it.`,
    discarded: 'This import was discarded',
    discardedSays: 'No school was changed by it.',
    next: 'Take in another list',
  },

  admin: {
    asking: 'Looking up who you are…',
    failed: 'It could not be found out who you are.',
    forbidden: 'For administrators only',
    forbiddenSays: (login: string) =>
      `You are logged in as ${login}, who may not take in school lists. Ask an administrator, or log in as one.`,
  },
};
