// The words of what schools are judged by, in English. Part of the words in en.ts.

export const benchmark = {
  judgedBy: (name: string, version: number) =>
    version > 1 ? `Judged by ${name}, version ${version}.` : `Judged by ${name}.`,
  meets: (name: string) => `what ${name} asks of them`,
  source: 'Source: ',
  published: (when: string) => `, ${when}`,
  more: 'What it asks for',
  assumed: {
    students: 'The number of students is not known, so its default was taken.',
    busiest_shift: 'How many students are there at once is not known, so its default was taken.',
    education_level: 'The level of the school is not known, so its default was taken.',
    technology: 'It is not known whether the line goes by satellite, so it is taken not to.',
  },
  metrics: { download: 'download', upload: 'upload', rtt: 'latency', loss: 'packet loss' },
  /** Why a school whose download meets the target is not good. */
  short: (metric: string, measured: string, target: string) =>
    `its ${metric} of ${measured} misses the target of ${target}`,
  unmeasured: (metric: string, target: string) =>
    `its ${metric} was not measured, and the target is ${target}`,
};
